#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# The receiver is killed with -9 in mid-stream, four times over, and comes back
# on the same port: 2,000 threats with 3 recipients, 6,000 records, in sessions
# of at most 1,500. None is lost. What a killed receiver had stored of the
# session that broke may come again: at most one session a death.
. "$(dirname "$0")/lib.sh"
sim --threats 2000 --recipients 3
sink in --mode exit-after=700
destination_more='session-records = 1500'
configure
run_cefd
ctl poll acme >"$tmp/poll.log" 2>&1 &
poll_pid=$!
for life in 2000 2600 300; do
	wait_exit in
	[ "$status" -eq 137 ] || fail "the receiver ended with $status"
	sink in --mode "exit-after=$life"
done
wait_exit in
sink in
wait "$poll_pid" || fail "poll: $(cat "$tmp/poll.log")"
wait_status queued -eq 0
check_arrived "$tmp/in.out" $((4 * 1500))
[ "$(status_of confirmed)" -eq 6000 ] || fail "confirmed $(status_of confirmed)"
