#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs inside a booted container: the package is installed and waits for its
# configuration, works in its sandbox, reloads, is restarted when it hangs but
# not when its configuration is wrong, takes credentials, has a second instance,
# and goes on after an upgrade where it was.
set -eu
cd /story
export DEBIAN_FRONTEND=noninteractive

say()
{
	echo "life: $*"
}

fail()
{
	echo "life: FAILED: $*"
	systemctl --no-pager -l status cefd 'cefd@*' || true
	journalctl --no-pager -n 40 -u cefd -u 'cefd@*' || true
	exit 1
}

wait_for()
{
	deadline=$(($(date +%s) + 30))
	while ! "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -le "$deadline" ] || fail "not within 30 s: $*"
		sleep 0.05
	done
}

# is PROPERTY VALUE [UNIT]
is()
{
	[ "$(property "$1" "${3:-cefd}")" = "$2" ]
}

property()
{
	systemctl show --value -p "$1" "$2"
}

must_be()
{
	is "$@" || fail "$1 is $(property "$1" "${3:-cefd}"), not $2"
}

records()
{
	wc -l <siem.out
}

at_least()
{
	[ "$(records)" -ge "$1" ]
}

dpkg -i first.deb >>dpkg.log 2>&1 || { cat dpkg.log; fail "dpkg -i"; }
must_be UnitFileState enabled
must_be ActiveState inactive
must_be Result exec-condition
systemctl status cefd >status.txt || true
grep -q 'not configured: /etc/cefd/cefd.conf does not exist' status.txt ||
    { cat status.txt; fail "status does not say what is missing"; }
grep -q 'cefctl setup' status.txt || fail "status does not say what to do"
say "installed: enabled, waits, and says for what"

mkdir certs
./mkcerts certs
./sink --listen 127.0.0.1:0 --port-file sink.port --out siem.out \
    --cert certs/server.pem --key certs/server.key >sink.log 2>&1 &
./cefsim --listen 127.0.0.1:0 --port-file sim.port --threats 40 \
    --cert certs/server.pem --key certs/server.key >sim.log 2>&1 &
wait_for test -s sink.port
wait_for test -s sim.port
install -m 644 certs/ca.pem /etc/cefd/ca.pem

# configure NAME FOLDER TOKEN-FILE
configure()
{
	cat >"/etc/cefd/$1.conf" <<CONF
spool { path = "/var/lib/$2" }
control { socket = "/run/$2/cefd.sock" }
status { listen = "" }
source "acme" {
	host = "127.0.0.1:$(cat sim.port)"
	token-file = "$3"
	ca-file = "/etc/cefd/ca.pem"
	start = "7d"
	lag = "0s"
	requests-per-minute = 0
}
destination "siem" {
	servers = {"127.0.0.1:$(cat sink.port)"}
	ca-file = "/etc/cefd/ca.pem"
}
CONF
}
echo sim-token >/etc/cefd/acme.token
chown root:_cefd /etc/cefd/acme.token
chmod 640 /etc/cefd/acme.token
configure cefd cefd /etc/cefd/acme.token
systemctl start cefd || fail "start"
must_be ActiveState active
must_be StatusText 'Sources: 1, destinations: 1; see cefctl status'
wait_for at_least 40
cefctl poll acme >/dev/null || fail "poll"
first=$(records)
[ "$(stat -c '%a %U:%G' /run/cefd/cefd.sock)" = '660 _cefd:_cefd' ] ||
    fail "the socket: $(stat -c '%a %U:%G' /run/cefd/cefd.sock)"
pid=$(property MainPID cefd)
[ "$(stat -c %U "/proc/$pid/mem")" = root ] || fail "others may look at its memory"
grep -q "^Uid:.$(id -u _cefd)\b" "/proc/$pid/status" || fail "it is not _cefd"
grep -q '^CapEff:.0*$' "/proc/$pid/status" || fail "it has capabilities"
grep -q '^Seccomp:.2' "/proc/$pid/status" || fail "no filter of system calls"
say "works in its sandbox: $first records"

systemctl reload cefd || fail "reload"
echo 'nonsense = 1' >>/etc/cefd/cefd.conf
! systemctl reload cefd 2>/dev/null || fail "a bad reload is not told"
must_be MainPID "$pid"
must_be ActiveState active
say "a reload is taken, a bad one is refused and told"

systemctl restart cefd 2>/dev/null && fail "a bad configuration starts"
must_be ActiveState failed
must_be ExecMainStatus 78
must_be NRestarts 0
systemctl status cefd >status.txt || true
grep -q 'cefd.conf:[0-9]*: .*nonsense' status.txt ||
    fail "status does not say what is wrong"
configure cefd cefd /etc/cefd/acme.token
say "a bad configuration is not started again"

mkdir -p /etc/systemd/system/cefd.service.d
cat >/etc/systemd/system/cefd.service.d/test.conf <<'UNIT'
[Service]
WatchdogSec=1s
RestartSec=100ms
UNIT
systemctl daemon-reload
systemctl restart cefd || fail "restart"
pid=$(property MainPID cefd)
kill -STOP "$pid"
wait_for is NRestarts 1
wait_for is ActiveState active
must_be NRestarts 1
[ "$(property MainPID cefd)" != "$pid" ] || fail "the same process"
journalctl --no-pager -u cefd | grep -q -i 'watchdog timeout' ||
    fail "it was not the watchdog"
say "a daemon that hangs is started again"

sed -e '/siem.key/d' -e '/^#/d' /usr/share/doc/cefd/examples/credentials.conf \
    >/etc/systemd/system/cefd.service.d/test.conf
chown root:root /etc/cefd/acme.token
chmod 600 /etc/cefd/acme.token
configure cefd cefd '${CREDENTIALS_DIRECTORY}/acme'
systemctl daemon-reload
systemctl restart cefd || fail "restart with credentials"
cefctl poll acme >/dev/null || fail "poll with a credential"
[ "$(records)" -eq "$first" ] || fail "restarts brought records again"
say "takes its token from systemd"

echo sim-token >/etc/cefd/tenant.token
chown root:_cefd /etc/cefd/tenant.token
chmod 640 /etc/cefd/tenant.token
configure tenant cefd-tenant /etc/cefd/tenant.token
systemctl enable --now cefd@tenant 2>/dev/null || fail "start of an instance"
wait_for at_least $((2 * first))
cefctl -c /etc/cefd/tenant.conf status >/dev/null || fail "its own socket"
[ "$(stat -c '%a %U' /var/lib/cefd-tenant)" = '750 _cefd' ] || fail "its spool"
must_be ActiveState active cefd
say "a second instance, with its own folders"

pid=$(property MainPID cefd)
other=$(property MainPID cefd@tenant)
dpkg -i next.deb >>dpkg.log 2>&1 || { cat dpkg.log; fail "upgrade"; }
wait_for is ActiveState active
[ "$(property MainPID cefd)" != "$pid" ] || fail "the old one still runs"
wait_for is ActiveState active cefd@tenant
[ "$(property MainPID cefd@tenant)" != "$other" ] ||
    fail "the old instance still runs"
cefctl poll acme >/dev/null || fail "poll after the upgrade"
[ "$(records)" -eq $((2 * first)) ] || fail "the upgrade brought records again"
say "an upgrade goes on where it was"

dpkg -r cefd >>dpkg.log 2>&1 || { cat dpkg.log; fail "dpkg -r"; }
! pgrep -x cefd >/dev/null || fail "cefd still runs"
[ -s /var/lib/cefd/data.mdb ] || fail "the spool is gone"
dpkg -P cefd >>dpkg.log 2>&1 || { cat dpkg.log; fail "dpkg -P"; }
[ ! -e /var/lib/cefd ] && [ ! -e /var/lib/cefd-tenant ] &&
    [ ! -e /etc/cefd ] || fail "a purge leaves $(ls -d /var/lib/cefd* /etc/cefd)"
left=$(find /etc/systemd /run/systemd/system -name 'cefd*' ! -name '*.d')
[ -z "$left" ] || fail "a purge leaves $left"
say "removed, then purged"
