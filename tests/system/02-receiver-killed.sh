#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# The receiver is killed with -9 in mid-stream, several times over, and comes
# back on the same port: 2,000 threats with 3 recipients, 6,000 records, in
# sessions of 1,500. None is lost. What a killed receiver had stored of the
# session that broke may come again: at most one session a death.
#
# The mean death is at the end of a session: everything of it was read, all but
# the last record was stored, and so the kernel ends the connection without a
# reset. It is told from an answer by the close_notify that a receiver gives,
# whether it has given it before, has broken a session since, or is new.
. "$(dirname "$0")/lib.sh"
make_certs
sink_port=$(free_port)
sim --threats 2000 --recipients 3
destination_more='session-records = 1500
	session-bytes = "1GiB"'
configure

echo "$sink_port" >"$tmp/in.port"

# lives N... - with a new spool, receivers that die at their N-th record, and
# one that does not.
lives()
{
	rm -rf "$tmp/spool" "$tmp/in.out"
	run_cefd
	poll
	wait_status queued -eq 6000
	stored=0
	for life; do
		sink in --mode "exit-after=$life"
		wait_exit in
		[ "$status" -eq 137 ] || fail "the receiver ended with $status"
		stored=$((stored + life))
	done
	before=$(wc -l <"$tmp/in.out")
	[ "$before" -eq "$stored" ] || fail "$before records before the last life"
	sink in
	wait_drained
	check_arrived "$tmp/in.out" $(($# * 1500))
	[ "$(status_of confirmed)" -eq 6000 ] ||
	    fail "confirmed $(status_of confirmed)"
	stop in
	stop cefd
}

lives 700 2999 2600 300
lives 700 1499
lives 1499
