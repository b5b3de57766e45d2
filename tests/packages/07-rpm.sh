#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The RPM as rpm sees it: its content with owners and modes, installed into an
# empty folder; and its scriptlets, run in a minimal system of another kind with
# the same systemd. What it asks for is not looked at (--nodeps): there is no
# database of a distribution that has it.
. "$(dirname "$0")/lib.sh"
need rpm rpm2cpio
rpm=$(rpm_of a)

rpm -K --nosignature "$rpm" >"$tmp/digest.log" || fail "its digests are wrong"
rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]' \
    "$rpm" >"$tmp/list.txt"
for line in '-rwxr-xr-x root:root /usr/sbin/cefd' \
    '-rwxr-xr-x root:root /usr/bin/cefctl' 'drwxr-xr-x root:root /etc/cefd' \
    'drwxr-x--- _cefd:_cefd /var/lib/cefd' \
    '-rw-r--r-- root:root /usr/lib/systemd/system/cefd.service' \
    '-rw-r--r-- root:root /usr/lib/systemd/system/cefd@.service' \
    '-rw-r--r-- root:root /usr/lib/sysusers.d/cefd.conf' \
    '-rw-r--r-- root:root /usr/lib/tmpfiles.d/cefd.conf' \
    '-rw-r--r-- root:root /usr/share/doc/cefd/examples/cefd.conf'; do
	grep -q -x -F -e "$line" "$tmp/list.txt" || fail "not in it: $line"
done
! grep -v -e ' root:root ' -e '_cefd:_cefd /var/lib/cefd$' "$tmp/list.txt" ||
    fail "an owner that nobody expects"
! grep '^[^l]....w\|^[^l].......w' "$tmp/list.txt" ||
    fail "others may write there"
rpm -qp --changelog "$rpm" | grep -q -F \
    "$(sed -n 's/^Maintainer: //p' "$top/packaging/debian/control")" ||
    fail "the change is by nobody"
for page in man8/cefd.8 man8/cefctl.8 man5/cefd.conf.5 man5/cefd-records.5; do
	grep -q " /usr/share/man/$page.gz\$" "$tmp/list.txt" || fail "no $page"
done
for line in 'systemd' 'ca-certificates' 'libcurl.so.4'; do
	rpm -qp --requires "$rpm" | grep -q -F "$line" || fail "no need of $line"
done

rpm --root "$tmp/empty" --dbpath /db -i --nodeps --noscripts "$rpm" \
    >"$tmp/install.log" 2>&1 || fail "rpm -i into an empty folder"
[ -x "$tmp/empty/usr/sbin/cefd" ] || fail "no cefd in the folder"
rpm --root "$tmp/empty" --dbpath /db -e --noscripts cefd \
    >>"$tmp/install.log" 2>&1 || fail "rpm -e"
left=$(find "$tmp/empty" ! -type d ! -path "$tmp/empty/db/*")
[ -z "$left" ] || fail "left behind: $left"
left=$(find "$tmp/empty" -type d -name '*cefd*' ! -path "$tmp/empty/db/*")
[ -z "$left" ] || fail "folders left behind: $left"
say "content, owners and modes as they should be"

for script in pre post preun postun; do
	rpm -qp --qf "%{$(echo "$script" | sed 's/^pre$/PREIN/; s/^post$/POSTIN/;
	    s/^preun/PREUN/; s/^postun/POSTUN/')}\n" "$rpm" >"$tmp/$script.sh"
	sh -n "$tmp/$script.sh" || fail "%$script is no shell script"
done
fresh_root
mkdir "$layer/story"

rpm_in()
{
	rpm --root "$layer" --dbpath /story/db "$@" --nodeps \
	    >>"$tmp/scripts.log" 2>&1 || fail "rpm $1: exit $?"
	! grep -i -e 'scriptlet failed' -e 'does not exist - using' \
	    "$tmp/scripts.log" || fail "a scriptlet failed"
}

wants=/etc/systemd/system/multi-user.target.wants/cefd.service
rpm_in -i "$rpm"
modes '750 _cefd:_cefd /var/lib/cefd' '750 _cefd:_cefd /var/log/cefd' \
    '755 root:root /etc/cefd'
[ -L "$layer$wants" ] || fail "the service is not enabled"
grep -q 'waits for /etc/cefd/cefd.conf' "$tmp/scripts.log" ||
    fail "nothing was said of the configuration"
chroot "$layer" /usr/sbin/cefd --version

# The same once more is an upgrade to the scriptlets.
echo '# mine' >"$layer/etc/cefd/cefd.conf"
echo spooled >"$layer/var/lib/cefd/data.mdb"
rm "$layer$wants"
rpm_in -U --replacepkgs "$rpm"
[ ! -L "$layer$wants" ] || fail "an upgrade enables what was disabled"
kept /etc/cefd/cefd.conf /var/lib/cefd/data.mdb
chroot "$layer" systemctl enable cefd cefd@one cefd@two \
    >>"$tmp/scripts.log" 2>&1
instance=${wants%.service}@one.service
[ -L "$layer$instance" ] || fail "no instance is enabled"
# As where systemd runs: what would be stopped is written down. The other
# commands go to the real one.
mv "$layer/usr/bin/systemctl" "$layer/usr/bin/systemctl.real"
cat >"$layer/usr/bin/systemctl" <<'END'
#!/bin/sh
set -f
case " $* " in
*' stop '*) echo "$*" >>/story/stopped.txt ;;
*) exec systemctl.real "$@" ;;
esac
END
chmod 755 "$layer/usr/bin/systemctl"
mkdir -p "$layer/run/systemd/system"
rpm_in -e cefd
grep -q -x -F 'stop cefd.service cefd@*.service' "$layer/story/stopped.txt" ||
    fail "not every instance is stopped"
gone "$wants" "$instance" "${wants%.service}@two.service" /usr/sbin/cefd
kept /etc/cefd/cefd.conf /var/lib/cefd/data.mdb
say "its scriptlets: installed, upgraded, removed"
