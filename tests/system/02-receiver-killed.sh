#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# The receiver is killed with -9 in mid-stream, four times over, and comes back
# on the same port: 2,000 threats with 3 recipients, 6,000 records, in sessions
# of 1,500. None is lost. What a killed receiver had stored of the session that
# broke may come again: at most one session a death.
#
# The second death is the mean one: everything of the session was read, all but
# the last record was stored, and so the kernel ends the connection without a
# reset. It is told from an answer by the close_notify that the receiver gave
# before.
. "$(dirname "$0")/lib.sh"
make_certs
sink_port=$(free_port)
sim --threats 2000 --recipients 3
destination_more='session-records = 1500
	session-bytes = "1GiB"'
configure
run_cefd
poll
wait_status queued -eq 6000

echo "$sink_port" >"$tmp/in.port"
for life in 700 2999 2600 300; do
	sink in --mode "exit-after=$life"
	wait_exit in
	[ "$status" -eq 137 ] || fail "the receiver ended with $status"
done
before=$(wc -l <"$tmp/in.out")
[ "$before" -eq 6599 ] || fail "$before records before the last life"
sink in
wait_drained
check_arrived "$tmp/in.out" $((4 * 1500))
[ "$(status_of confirmed)" -eq 6000 ] || fail "confirmed $(status_of confirmed)"
