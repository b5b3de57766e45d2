#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A spool that is not where it was: none is begun over a link, whether that leads
# somewhere or not. Where there is none, the log says what is fetched again. And
# one that is taken away beneath the daemon is told; what waits in it is sent.
. "$(dirname "$0")/lib.sh"
sim --threats 20 --span 20h
sink in
start=2d
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 0
wait_log cefd 'there is no spool in .* an empty one is begun'
wait_log cefd 'what was received since [0-9TZ:-]* is fetched source=acme'
stop cefd

refused()
{
	status=0
	"$cefd" -c "$tmp/cefd.conf" >"$tmp/refused.txt" 2>&1 || status=$?
	[ "$status" -eq 73 ] || fail "$1: exit $status: $(cat "$tmp/refused.txt")"
	grep -q 'data.mdb is a symbolic link' "$tmp/refused.txt" ||
	    fail "$1: $(cat "$tmp/refused.txt")"
	! "$cefd" --spool-reset -c "$tmp/cefd.conf" >"$tmp/refused.txt" 2>&1 ||
	    fail "$1: set aside"
	grep -q 'data.mdb is a symbolic link' "$tmp/refused.txt" ||
	    fail "$1: reset: $(cat "$tmp/refused.txt")"
	[ -L "$tmp/spool/data.mdb" ] || fail "$1: the link is gone"
}
mkdir "$tmp/disk"
mv "$tmp/spool/data.mdb" "$tmp/disk"
ln -s "$tmp/disk/data.mdb" "$tmp/spool/data.mdb"
refused "a link"
mv "$tmp/disk/data.mdb" "$tmp/disk/away"
refused "a link to nothing"
rm "$tmp/spool/data.mdb"
mv "$tmp/disk/away" "$tmp/spool/data.mdb"

stop in
run_cefd
sim_ask 'add?threats=10&recipients=1&received=-600s' >"$tmp/added.txt"
poll
[ "$(count_log cefd 'there is no spool in')" -eq 1 ] || fail "told again"
mv "$tmp/spool/data.mdb" "$tmp/disk"
wait_log cefd "the spool's file is not in its folder any more"
ctl status >"$tmp/status.txt"
grep -q 'GONE from its folder' "$tmp/status.txt" || fail "status does not tell"
grep -q 'put back what was there' "$tmp/status.txt" || fail "no next step"
sink in
wait_drained
check_arrived "$tmp/in.out" 0
mv "$tmp/disk/data.mdb" "$tmp/spool"
wait_log cefd "the spool's file is in its folder again"
stop cefd
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 0
