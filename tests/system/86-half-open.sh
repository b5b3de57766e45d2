#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A receiver that reads one octet a second in mid-session is broken off within
# its limits, and the other destination has all of its 20,000 records
# meanwhile. Then a connection is dead beyond a box in between that goes on
# acknowledging: all of a session is "taken", and no answer comes. From a
# receiver that has ended sessions before, that silence is no confirmation, even
# with confirm = "auto": the session is sent again until the way is whole. Nothing
# is missing.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
sink in
badlink_rcvbuf=4096
badlink "$sink_port" 'rate=4000000'
servers="\"127.0.0.1:$badlink_port\""
sim --threats 30 --recipients 3
destination_more='session-records = 2000 connect-timeout = "2s"
	write-timeout = "2s" confirm-timeout = "1s"'
with_neighbour 20000
wait_sunk in records -ge 5000
badlink_says 'rate=1'
fails_alone 20000
badlink_says ''
wait_drained
check_filled "$tmp/in.out" 20000 4000
stop cefd

fetched()
{
	poll
	[ "$(status_of records)" -ge 240 ]
}

told_more()
{
	! drained || fail "silence was taken for an answer"
	[ "$(count_log cefd 'did not end the session')" -gt "$silences" ]
}

rm -rf "$tmp/spool" "$tmp/in.out"
stop in
sink in
more=
source_more=
destination_more='connect-timeout = "2s" confirm-timeout = "1s"'
configure
run_cefd
settle "$tmp/in.out"
[ "$(status_of confirm_level)" = close-notify ] || fail "confirm level"
badlink_says 'swallow-after=3000'
silences=$(count_log cefd 'did not end the session')
sim_add 50 recipients=3
wait_for "they are fetched" fetched
wait_for "the silence is told" told_more
badlink_says ''
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
