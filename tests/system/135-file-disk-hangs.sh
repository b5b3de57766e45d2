#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The disk of a file destination hangs, frozen as for a snapshot or like a mount
# whose server has gone: the other destination gets all that is polled
# meanwhile, cefctl answers, and no turn of the loop takes as long. After
# confirm-timeout the destination says why it waits, and no second process is
# stuck beside the first. It is reloaded, tested and started again meanwhile. Once
# the disk answers, the file has all, each once.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lab.sh"
alone mounts
need fsfreeze
disk 64
make_certs
sink in
sim --threats 10 --recipients 2
more="destination \"arch\" {
	transport = \"file\" path = \"$disk/log\" framing = \"lf\"
	hostname = \"h\" confirm-timeout = 2s
}"
poll_interval=1s
configure
run_cefd
wait_sunk in records -eq 20
wait_drained
check_arrived "$disk/log" 0

fsfreeze -f "$disk" || skip "it cannot be frozen"
cleanup_disk()
{
	fsfreeze -u "$disk" 2>/dev/null || true
}
trap 'was=$?; cleanup_disk; set +e; (exit "$was"); finish' EXIT
sim_add 10
wait_sunk in records -eq 40
wait_log cefd '"arch".* the disk has not taken the records within 2000 ms'
wait_log cefd '"arch".*an earlier write still waits for the disk'
# is_stuck COUNT - processes of cefd's that wait for the disk
is_stuck()
{
	[ "$(cat "/proc/$(cat "$tmp/cefd.pid")/task"/*/children | wc -w)" -eq "$1" ]
}
is_stuck 1 || fail "not one process waits"
timeout 5 "$cefctl" -s "$tmp/ctl" status >"$tmp/said.log" || fail "status"
says 'arch'
turn=$(status_of longest_turn_ms)

# One more there, of which no file is there yet: to try whether it can be made
# would wait for the disk as well.
more="$more
destination \"other\" {
	transport = \"file\" path = \"$disk/other\" framing = \"lf\"
}"
configure
timeout 30 "$cefctl" -s "$tmp/ctl" reload >"$tmp/said.log" 2>&1 ||
    fail "reload: $(cat "$tmp/said.log")"
wait_log cefd "$disk/other: the disk has not answered within 1000 ms"
! timeout 30 "$cefctl" -s "$tmp/ctl" test other >"$tmp/said.log" 2>&1 ||
    fail "a test of a disk that hangs goes well"
says 'FAIL.*an earlier look at it still waits for the disk'
kill9 cefd
run_cefd
sim_add 5
wait_sunk in records -ge 50
fsfreeze -u "$disk"
wait_drained
wait_for "nobody waits any more" is_stuck 0
# What the disk took after all when the process had been given up is there twice.
sort -u "$disk/log" >"$tmp/once"
[ "$(wc -l <"$tmp/once")" -eq 50 ] || fail "$(wc -l <"$tmp/once") of 50 records"
awk -v turn="$turn" 'BEGIN { exit turn > 1500 }' ||
    fail "the loop stood still for $turn ms"
