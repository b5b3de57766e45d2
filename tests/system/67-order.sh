#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# Order: 6000 records in sessions of 50 arrive in the order of their commits,
# and a session begins where the one before ended. Where one was broken off, as
# cefd and the receiver are killed again and again, the next goes back to its
# start and runs on without a gap: nothing ever overtakes.
. "$(dirname "$0")/lib.sh"
make_certs
sink in --listen 127.0.0.1:0
sim --threats 1
destination_more='session-records = 50
	rate = 2000'
configure
mkdir -p "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue out --records 6000 || fail "fill"
run_cefd
for round in 1 2 3; do
	wait_sunk in records -ge 300
	kill9 cefd
	run_cefd
	wait_sunk in records -ge 600
	kill9 in
	sink in
done
wait_drained
awk -v breaks=6 '
!/ fill.example / { next }
{
	sub(/.*externalId=/, "")
	n = $0 + 0
	if (n != before + 1) {
		if (n > most + 1) {
			print n " overtakes " most + 1
			exit 1
		}
		if (++back > breaks) {
			print "the way back was gone " back " times"
			exit 1
		}
	}
	before = n
	if (n > most)
		most = n
}
END {
	if (!back && most == 6000)
		print "note: no session was broken off"
	exit most != 6000
}' "$tmp/in.out" >"$tmp/order.txt" || fail "$(cat "$tmp/order.txt")"
grep ' fill.example ' "$tmp/in.out" >"$tmp/filled.out"
check_filled "$tmp/filled.out" 6000 400
