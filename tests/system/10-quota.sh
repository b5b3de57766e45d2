#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# The receiver is away and the spool's quota is reached: polling pauses and says
# so, nothing is dropped, and the daemon stays alive. With the receiver back
# there is room again, and it goes on by itself: 3,000 threats with 3
# recipients, 9,000 records, each once.
. "$(dirname "$0")/lib.sh"
make_certs
sink_port=$(free_port)
sim --threats 3000 --recipients 3
quota=6MiB
poll_interval=1s
configure
run_cefd
wait_status full = true
wait_log cefd 'abnormal-security.*full\|intake.*full\|intake.*quota'
waiting=$(status_of queued)
[ "$waiting" -gt 100 ] || fail "only $waiting records fitted"
[ "$waiting" -lt 9000 ] || fail "all fitted: the quota was not reached"
# The last commit may go over it; the file grows in steps and has gaps.
[ "$(status_of bytes)" -le $((7 * 1024 * 1024)) ] ||
    fail "$(status_of bytes) octets in use"
size=$(du -sk "$tmp/spool" | cut -f 1)
[ "$size" -le $((6 * 1024 * 5 / 4 + 8 * 1024)) ] ||
    fail "the spool takes $size KiB"
requests=$(sim_requests)
# Polls that could store nothing must not use up the API's budget.
began=$(date +%s)
later()
{
	[ $(($(date +%s) - began)) -ge "$1" ]
}
wait_for "three polls' time passes" later 3
[ $(($(sim_requests) - requests)) -le 30 ] ||
    fail "$(($(sim_requests) - requests)) requests while the spool is full"

echo "$sink_port" >"$tmp/in.port"
sink in
wait_for "everything arrives" sunk_is in records -ge 9000
wait_drained
poll
wait_drained
check_arrived "$tmp/in.out" 0
wait_log cefd 'room in the spool again'
wait_status full = false
