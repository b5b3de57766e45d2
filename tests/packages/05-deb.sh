#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The life of a DEB in a minimal Debian: installed, it has its user and folders
# and is enabled, without a configuration; the next revision keeps spool,
# configuration and token; removed, it leaves them; purged, nothing but the user.
. "$(dirname "$0")/lib.sh"
need dpkg chroot
[ "$(dpkg-deb -f "$(deb next)" Maintainer)" = 'A & B <packages@example.com>' ] ||
    fail "the maintainer is not whom MAINTAINER names"
fresh_root

# dpkg_in ARGUMENT... - nothing may be asked of a person.
dpkg_in()
{
	chroot "$layer" env DEBIAN_FRONTEND=noninteractive dpkg "$@" \
	    >>"$tmp/dpkg.log" 2>&1 </dev/null || fail "dpkg $1: exit $?"
}

cp "$(deb a)" "$layer/first.deb"
cp "$(deb next)" "$layer/next.deb"
wants=/etc/systemd/system/multi-user.target.wants/cefd.service

dpkg_in -i /first.deb
modes '755 root:root /usr/sbin/cefd' '755 root:root /usr/bin/cefctl' \
    '755 root:root /etc/cefd' '750 _cefd:_cefd /var/lib/cefd' \
    '750 _cefd:_cefd /var/log/cefd' \
    '644 root:root /usr/share/doc/cefd/examples/cefd.conf'
[ -L "$layer$wants" ] || fail "the service is not enabled"
gone /etc/cefd/cefd.conf
grep -q 'waits for /etc/cefd/cefd.conf' "$tmp/dpkg.log" ||
    fail "nothing was said of the configuration"
chroot "$layer" cefd --version
chroot "$layer" cefctl --version
status=0
chroot "$layer" cefd >"$tmp/cefd.log" 2>&1 || status=$?
[ "$status" -eq 78 ] || fail "without a configuration: exit $status"
chroot "$layer" cefd --check -c /usr/share/doc/cefd/examples/cefd.conf \
    >"$tmp/check.log" 2>&1 || true
grep -q 'acme.token' "$tmp/check.log" || fail "the sample was not read"

echo '# mine' >"$layer/etc/cefd/cefd.conf"
echo secret >"$layer/etc/cefd/acme.token"
echo spooled >"$layer/var/lib/cefd/data.mdb"
mkdir "$layer/var/lib/cefd-tenant"
chroot "$layer" chown _cefd: /var/lib/cefd-tenant
dpkg_in -i /next.deb
chroot "$layer" dpkg-query -W -f '${Version}' cefd | grep -q -e '-2$' ||
    fail "it is not the next one"
grep -q mine "$layer/etc/cefd/cefd.conf" || fail "another configuration"
kept /etc/cefd/acme.token /var/lib/cefd/data.mdb
[ -L "$layer$wants" ] || fail "the service is not enabled any more"

# Somebody's decision outlives an upgrade.
rm "$layer$wants"
dpkg_in -i /first.deb
[ ! -L "$layer$wants" ] || fail "an upgrade enables what was disabled"

dpkg_in -r cefd
gone /usr/sbin/cefd /lib/systemd/system/cefd.service
kept /etc/cefd/cefd.conf /etc/cefd/acme.token /var/lib/cefd/data.mdb
dpkg_in -P cefd
gone /etc/cefd /var/lib/cefd /var/lib/cefd-tenant /var/log/cefd \
    /etc/apparmor.d/cefd
chroot "$layer" getent passwd _cefd >"$tmp/user.txt" || fail "no user"
left=$(chroot "$layer" find / -xdev \( -name '*cefd*' -o -user _cefd \) ! -path "/proc/*")
[ -z "$left" ] || fail "left behind: $left"
say "installed, upgraded, removed and purged"
