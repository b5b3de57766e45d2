#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# What README.md says under "Build and run", to its last line, on a machine that
# has nothing of cefd yet: installed under whatever prefix, `cefctl setup` writes
# the configuration where cefd reads it, and cefd as root, without systemd, makes
# its folders where tmpfiles.d and the units have them, and runs. The machine is
# a mount namespace with folders of its own in /etc, /run and /var.
. "$(dirname "$0")/lib.sh"
need make unshare
[ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null ||
    skip "no mount namespace here"
MAKEFLAGS='' make -s -C "$top_builddir" install DESTDIR="$tmp/root" \
    >"$tmp/install.txt" 2>&1 ||
    fail "make install: $(tail -n 20 "$tmp/install.txt")"

# installed TAIL - the one path that ends so
installed()
{
	found=$(find "$tmp/root" -path "*/$1" -type f)
	[ -f "$found" ] || fail "installed as $1: $found"
	echo "$found"
}

mkdir "$tmp/machine"
cat >"$tmp/machine/life.sh" <<'END'
set -eu
tmp=$1 cefd=$2 cefctl=$3
for place in /run /var/lib /var/log; do
	mount -t tmpfs tmpfs "$place"
done
mkdir "$tmp/machine/etc"
for file in passwd group hosts nsswitch.conf resolv.conf ssl; do
	[ ! -e "/etc/$file" ] || cp -a "/etc/$file" "$tmp/machine/etc"
done
mount --bind "$tmp/machine/etc" /etc

# Setup takes no certificate that the service would not see.
cp -r "$tmp/certs" /etc/certs
sed -i "s,$tmp/certs/,/etc/certs/," "$tmp/answers.txt"
"$cefctl" setup --answers="$tmp/answers.txt"
"$cefd" --check -c /etc/cefd/cefd.conf
"$cefd" --print >"$tmp/printed"
(umask 022 && exec "$cefd" -c /etc/cefd/cefd.conf) &
pid=$!
trap 'kill "$pid"' EXIT
until "$cefctl" status >/dev/null 2>&1; do
	kill -0 "$pid"
	sleep 0.05
done
stat -c '%a %n' /run/cefd /run/cefd/cefd.sock /var/lib/cefd >"$tmp/modes"
"$cefctl" poll
trap - EXIT
kill "$pid"
wait "$pid"
END
sim --threats 12 --recipients 2
sink in
answers 'name = acme'
timeout 120 unshare -m sh "$tmp/machine/life.sh" "$tmp" \
    "$(installed sbin/cefd)" "$(installed bin/cefctl)" >"$tmp/life.log" 2>&1 || fail "exit $?"
grep -q 'ready version' "$tmp/life.log" || fail "cefd was not ready"
grep -q '^750 /run/cefd$' "$tmp/modes" || fail "modes: $(cat "$tmp/modes")"
[ "$(records threat "$tmp/in.out" | wc -l)" -ge 12 ] || fail "nothing came"

# What is built in, and what is installed, speak of the same folders.
grep -q '^ *path = "/var/lib/cefd"' "$tmp/printed" || fail "the spool's folder"
grep -q '^ *socket = "/run/cefd/cefd.sock"' "$tmp/printed" || fail "the socket"
for folder in /var/lib/cefd /var/log/cefd /run/cefd; do
	grep -q "^d $folder 0750 _cefd _cefd" \
	    "$(installed tmpfiles.d/cefd.conf)" ||
	    fail "tmpfiles.d has no $folder"
done
for unit in cefd.service=cefd 'cefd@.service=%i'; do
	grep -q "^ExecStart=.* -c /etc/cefd/${unit#*=}.conf\$" \
	    "$(installed "system/${unit%=*}")" ||
	    fail "the configuration of ${unit%=*}"
done
