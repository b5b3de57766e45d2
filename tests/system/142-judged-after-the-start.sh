#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 160
# The start is now. Mails that were received before it and judged by then are no
# news; those that are judged afterwards are, though nobody remediates them: in
# this life and in the next one, and each once. Pages hold ten. So is a campaign
# that is still "Scanning" at the start.
. "$(dirname "$0")/lib.sh"
# add COUNT - threats whose mails came in the ten hours before; their ids.
add()
{
	for threat in $(sim_ask "add?threats=$1&recipients=2&received=-60s&spread=10h")
	do
		sim_post "status?threat=$threat&status=No%20Action%20Done&remediated=none"
		echo "$threat"
	done
}
sim --threats 0
add 25 >"$tmp/old.txt"
campaign()
{
	sim_ask "add?stream=abuse-campaigns&count=1&time=-300s&scanning=$1"
}
scanning=$(campaign 1)
campaign 0 >>"$tmp/old.txt"
sink in
start=0s
source_more='page-size = 10
	streams = {"threats", "abuse-campaigns"}'
configure
run_cefd
poll
wait_drained
! grep -q -F -f "$tmp/old.txt" "$tmp/in.out" ||
    fail "what was judged before the start is sent"

sent()
{
	poll
	wait_drained
	! grep -o -F -f "$1" "$tmp/in.out" | sort -u | diff - "$1" | grep -q .
}
add 2 | sort >"$tmp/first.txt"
wait_for "what is judged afterwards" sent "$tmp/first.txt"
stop cefd
add 2 | sort >"$tmp/second.txt"
run_cefd
wait_for "what is judged in between" sent "$tmp/second.txt"
poll
wait_drained
! grep -q -F -f "$tmp/old.txt" "$tmp/in.out" ||
    fail "what was judged before the start is sent after a restart"
again=$(records threat "$tmp/in.out" | wc -l)
[ "$again" -eq 8 ] || fail "$again records of 8 messages"

echo "$scanning" >"$tmp/scanning.txt"
! grep -q "$scanning" "$tmp/in.out" || fail "what is not judged is sent"
sim_post "change?stream=abuse-campaigns&id=$scanning&status=Malicious&touch=0"
sim_post 'set?skew=2h'
wait_for "a campaign that is judged afterwards" sent "$tmp/scanning.txt"
poll
wait_drained
again=$(grep -c "$scanning" "$tmp/in.out")
[ "$again" -eq 1 ] || fail "the campaign came $again times"
sim_post 'set?skew=0s'
stop cefd

# A start that is yet to come: what is judged before it is none, whenever its
# time was looked at.
rm -r "$tmp/spool"
start=$(date -u -d '+30 minutes' +%Y-%m-%dT%H:%M:%SZ)
configure
run_cefd
poll
add 3 >"$tmp/before.txt"
poll
sim_post 'set?skew=20m'
poll
add 3 >>"$tmp/before.txt"
poll
sim_post 'set?skew=40m'
poll
add 2 | sort >"$tmp/third.txt"
wait_for "what is judged after it" sent "$tmp/third.txt"
! grep -q -F -f "$tmp/before.txt" "$tmp/in.out" ||
    fail "what was judged before a start to come is sent"
