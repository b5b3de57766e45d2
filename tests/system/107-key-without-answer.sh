#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# The API answers no list by the time of remediation: what is new comes all the
# same, poll after poll, and status tells the trouble. Then it answers those, and
# none by the time of reception: what has changed comes. When it answers all,
# nothing is missing and everything came once. An API that answers no list at all
# is waited for, and neither key is given up for the other. The same goes for a
# key that is refused with 403, or with 404; when both are, the stream is denied.
. "$(dirname "$0")/lib.sh"
sim --threats 20 --recipients 2 --span 30h --bad-key 2
sink in
poll_interval=1s
start=2d
configure
run_cefd

all_came()
{
	wait_drained
	! missing "$tmp/in.out"
}
wait_for "what was received" all_came
wait_log cefd 'lists by latestTimeRemediated are not answered'
for again in 1 2 3; do
	sim_post 'add?threats=2&received=now'
	wait_for "what is new, $again" all_came
done
ctl status | grep -q 'last error: HTTP 500' || fail "status tells no trouble"
kill9 cefd
run_cefd
sim_post 'add?threats=2&received=now'
wait_for "what is new, in the next life" all_came

sim_post 'set?bad-key=1'
wait_log cefd 'lists by latestTimeRemediated are answered again'
sim_change 5 Post%20Remediated
wait_for "what has changed" all_came
wait_log cefd 'lists by receivedTime are not answered'

sim_post 'add?threats=3&received=-3600s'
sim_post 'set?bad-key=0'
wait_log cefd 'lists by receivedTime are answered again'
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 10
wait_status pending_retries -eq 0
! ctl status | grep -q 'last error' || fail "status tells trouble that is over"

told=$(count_log cefd 'are not answered while')
sim_fault 500 list 0
before=$(sim_count list)
is_told_again()
{
	[ "$(count_log cefd 'are not answered while')" -gt "$told" ]
}
tried()
{
	[ $(($(sim_count list) - before)) -ge 20 ]
}
wait_for "many lists that fail" tried
sim_post clear
sim_post 'add?threats=5&received=now'
settle "$tmp/in.out"
[ "$(count_log cefd 'are not answered while')" -eq "$told" ] ||
    fail "a key was given up while none was answered"

for refusal in '403 2' '403 1' '404 2' '404 1'; do
	key=${refusal#* }
	code=${refusal% *}
	told=$(count_log cefd 'are not answered while')
	sim_post "set?bad-key-code=$code&bad-key=$key"
	wait_for "the $code of key $key is told" is_told_again
	ctl status | grep -q "last error: HTTP $code" ||
	    fail "status tells no $code"
	sim_post 'add?threats=2&received=now'
	[ "$key" -eq 2 ] || sim_change 3 Manually%20Remediated
	[ "$key" -eq 1 ] || wait_for "what is new beside a $code" all_came
	sim_post 'set?bad-key=0'
	settle "$tmp/in.out"
done
sim_fault 403 list 0
wait_for "a stream that is denied" stream_is threats denied
sim_post clear
sim_post 'add?threats=2&received=now'
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 10
