#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A TLS 1.3 receiver asks for new keys (RFC 8446, section 4.6.3) again and again:
# while a write of ours has to wait for room, and behind our end of the session.
# That breaks off no session, and nothing is sent again. 40,000 records, and one.
. "$(dirname "$0")/lib.sh"
source_more='enabled = false'
for count in 40000 1; do
	sink in --mode key-updates=$((count > 1 ? 100000 : 1)) --rcvbuf 16384
	configure
	"$tools/fill" --spool "$tmp/spool" --queue out --records $count --size 700
	run_cefd
	wait_drained
	check_filled "$tmp/in.out" $count 0
	[ "$(status_of confirm_level)" = close-notify ] || fail "confirm level"
	stop cefd
	stop in
	rm -rf "$tmp/spool" "$tmp/in.out"
done
