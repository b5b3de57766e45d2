#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# `cefctl setup` in the folder of the services, which is an empty one that only
# this story sees: the service's own configuration has the defaults; that of an
# instance has the folders of the template unit, so that both run side by side;
# what to do next names the unit where systemd runs. On a full disk it says so
# before the first question, and ends where it becomes full; what cannot be
# written leaves the token that is there.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lab.sh"
alone mounts
need python3
sim --threats 3
sink in
conf=$("$cefd" --help | sed -n 's,.*not \(/.*/cefd\.conf\)$,\1,p')
[ -n "$conf" ] || fail "no path in cefd --help"
folder=$(dirname "$conf")

# hide PATH - what is above its folder, as far as it is there, is empty for us
hide()
{
	above=$(dirname "$(dirname "$1")")
	while [ ! -d "$above" ]; do
		above=$(dirname "$above")
	done
	grep -q " $above tmpfs" /proc/self/mounts ||
	    mount -t tmpfs -o size=256m tmpfs "$above" ||
	    skip "no tmpfs on $above"
}
answers

# setup STATUS FILE
setup()
{
	status=0
	timeout 60 "$cefctl" -c "$2" setup --answers="$tmp/answers.txt" \
	    >"$tmp/said.log" 2>&1 || status=$?
	[ "$status" -eq "$1" ] || fail "$2: exit $status, not $1"
}

# setting FILE NAME - of the effective configuration
setting()
{
	"$cefd" -p -c "$1" | sed -n "s/^  $2 = \"\(.*\)\"\$/\1/p" | head -n 1
}

# What root may read, and cefd --check therefore takes, the service's user may
# not be able to.
check_of_root()
{
	checked
	! grep warning "$tmp/said.log" || fail "--check warns of what is well"
	chmod 600 "$folder/abnormal.token" "$conf"
	checked
	cannot='the service runs as _cefd, which cannot'
	says "cefd.conf: warning: $conf: $cannot read it: chgrp _cefd $conf && chmod 640 $conf\$"
	says "warning: source \".*token-file: $folder/abnormal.token: $cannot read"
	chmod 640 "$folder/abnormal.token" "$conf"
	chgrp 64321 "$folder/abnormal.token" "$conf"
	chmod 700 "$roots"
	mkdir -p "$spool"
	checked
	says "warning: destination \".*ca-file: $roots/ca.pem: $cannot get at"
	says "chgrp _cefd $roots && chmod g+rx $roots"
	says "warning: spool path: $spool: $cannot write there: chown -R _cefd: $spool"
	[ "$(grep -c warning "$tmp/said.log")" -eq 2 ] || fail "not 2 warnings"
	rmdir "$spool"
	chmod 755 "$roots"
	mkdir -p /tmp/seen
	sed -i "s,$roots/ca.pem,/tmp/seen/ca.pem," "$conf"
	cp "$roots/ca.pem" /tmp/seen/
	checked
	says "warning: destination \".*ca-file: /tmp/seen/ca.pem: the service runs as _cefd, which does not see that folder"
	sed -i "s,/tmp/seen/ca.pem,$roots/ca.pem," "$conf"
	rm -r /tmp/seen
}

checked()
{
	"$cefd" --check -c "$conf" >"$tmp/said.log" 2>&1 || fail "--check"
	says "$conf: ok"
}

mkdir "$tmp/full"
mount -t tmpfs -o size=4k tmpfs "$tmp/full" || skip "no tmpfs"
mounted=$tmp/full
setup 73 "$tmp/full/cefd.conf"
says 'No space left.*make room'
! grep -q '^ok ' "$tmp/said.log" || fail "full: after the questions"
[ -z "$(ls -A "$tmp/full")" ] || fail "it leaves something"

# Room for both files is enough: what is tried takes none.
mount -o remount,size=8k "$tmp/full"
setup 0 "$tmp/full/cefd.conf"
rm "$tmp/full/cefd.conf" "$tmp/full/abnormal.token"

# The configuration is a mount of its own, so that nothing takes its place.
mkdir "$tmp/bound"
(umask 077 && echo old-token >"$tmp/bound/abnormal.token")
echo '# by hand' >"$tmp/bound/cefd.conf"
cp "$tmp/bound/cefd.conf" "$tmp/mounted.conf"
mount --bind "$tmp/mounted.conf" "$tmp/bound/cefd.conf" || skip "no bind mount"
echo 'overwrite = yes' >>"$tmp/answers.txt"
setup 73 "$tmp/bound/cefd.conf"
says 'cefd.conf: is a mount of its own'
! grep -q '^ok ' "$tmp/said.log" || fail "mounted: after the questions"
sed -i '$d' "$tmp/answers.txt"
umount "$tmp/bound/cefd.conf"
[ "$(cat "$tmp/bound/abnormal.token")" = old-token ] || fail "the old token"
[ "$(ls -A "$tmp/bound" | tr '\n' ' ')" = 'abnormal.token cefd.conf ' ] ||
    fail "it leaves $(ls -A "$tmp/bound")"

# Who is root is not told to be.
mount -o remount,ro "$tmp/full"
setup 73 "$tmp/full/cefd.conf"
says 'full: is on a read-only file system: .*findmnt'
! grep -q 'be root' "$tmp/said.log" || fail "root is told to be root"

hide "$conf"
"$cefd" --version >/dev/null || fail "no cefd in here"
hide /run/x/x
mkdir -p "$(dirname "$folder")" /run/systemd/system /run/seen
# The service has a /tmp of its own, and no homes.
case $certs in
/tmp/* | /var/tmp/*)
	setup 1 "$conf"
	says "^cefctl: $certs/ca.pem: the service does not see that folder, .*put it into $folder"
	says 'setup: nothing is written'
	;;
esac
cp -r "$certs" /run/seen/certs
sed -i "s,$certs/,/run/seen/certs/,; s,$tmp/certs/,/run/seen/certs/," "$tmp/answers.txt"
certs=/run/seen/certs
roots=/run/seen/roots
umask 077
setup 0 "$conf"
umask 022
# The service's user gets in, whatever the umask of who asked.
[ "$(stat -c %a "$folder")" = 755 ] || fail "$(stat -c '%a %n' "$folder")"
spool=$(setting "$conf" path)
socket=$(setting "$conf" socket)
says '^  systemctl enable --now cefd$'
says '^  cefctl status$'
! grep -q '^spool\|^control' "$conf" || fail "the service's has defaults"
[ "$(cat "$folder/abnormal.token")" = sim-token ] || fail "the token"

# A file that only root can read is no use to the service's user.
case $folder in
/etc/*)
	echo "_cefd:x:64321:64321::/:/bin/false" >/etc/passwd
	(umask 077 && mkdir "$roots" && cp "$certs/ca.pem" "$roots/ca.pem")
	cp "$tmp/answers.txt" "$tmp/kept.txt"
	chmod 755 "$tmp"
	chmod -R a+rX "$certs"
	before=$(cat "$conf")
	for key in ca-file api-ca-file; do
		cp "$tmp/kept.txt" "$tmp/answers.txt"
		printf '%s\n' 'overwrite = yes' "$key = $roots/ca.pem" \
		    >>"$tmp/answers.txt"
		setup 1 "$conf"
		says "^cefctl: $roots/ca.pem: the service's user _cefd cannot"
		says "put it into $folder with mode 0644"
		says 'setup: nothing is written'
		[ "$(cat "$conf")" = "$before" ] || fail "$key: it is written"
	done
	echo 'even-if-unwell = yes' >>"$tmp/answers.txt"
	setup 0 "$conf"
	cp "$tmp/kept.txt" "$tmp/answers.txt"
	printf '%s\n' 'overwrite = yes' "ca-file = $roots/ca.pem" \
	    >>"$tmp/answers.txt"
	[ "$(stat -c %g "$folder/abnormal.token")" = 64321 ] || fail "its group"
	chmod -R a+rX "$roots" "$certs"
	setup 0 "$conf"
	! grep -q 'warning: /' "$tmp/said.log" || fail "it warns of what is well"
	check_of_root
	cp "$tmp/kept.txt" "$tmp/answers.txt"
	: >/etc/passwd
	;;
esac

hide "$spool"
hide "$socket"
tenant=$folder/tenant.conf
setup 0 "$tenant"
says '^  systemctl enable --now cefd@tenant$'
says '^  systemctl reload cefd@tenant$'
says "^  cefctl -c $tenant status\$"
[ "$(setting "$tenant" path)" = "$spool-tenant" ] || fail "its spool"
[ "$(setting "$tenant" socket)" = \
    "$(dirname "$socket")-tenant/$(basename "$socket")" ] || fail "its socket"
[ -s "$folder/tenant-abnormal.token" ] || fail "its token"
# The unit makes these folders, and reloads over this socket.
unit=$(sed 's/%i/tenant/g' "$top_builddir/etc/systemd/cefd@.service")
in_unit()
{
	echo "$unit" | grep -q -e "$1" || fail "not in the unit: $1"
}
in_unit "^StateDirectory=$(basename "$spool")-tenant\$"
in_unit "^RuntimeDirectory=$(basename "$(dirname "$socket")")-tenant\$"
in_unit "-s %t/$(basename "$(dirname "$(setting "$tenant" socket)")")/$(
    basename "$socket") reload\$"

# By hand: both at once.
rmdir /run/systemd/system
(cd "$folder" && setup 73 tenant.conf && says 'overwrite = yes')
rm "$tenant"
(cd "$folder" && setup 0 tenant.conf)
says "^  mkdir -p $(dirname "$socket")-tenant\$"
says "^  cefd -c $tenant\$"
mkdir -p "$(dirname "$spool")" "$(dirname "$socket")" "$(dirname "$socket")-tenant"
start cefd "$cefd" -c "$conf"
wait_log cefd 'ready version'
start tenant "$cefd" -c "$tenant"
wait_log tenant 'ready version'
"$cefctl" status >"$tmp/said.log" 2>&1 || fail "status of the service"
"$cefctl" -c "$tenant" status >"$tmp/said.log" 2>&1 || fail "of the instance"
stop tenant
stop cefd
# A name that is no instance's: what it needs is beside it.
setup 0 "$folder/two words.conf"
says "^  cefd -c '$folder/two words.conf'\$"
says 'two words.spool'
