#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# The API cannot answer for one second of two hours ago, whatever window holds
# it. All that is received at other times arrives, and so does what is new, while
# that second waits on the list of retries, over a kill -9 too. When it is
# answered again, what is in it comes, and everything once. An API that answers
# no list at all makes no such pieces.
. "$(dirname "$0")/lib.sh"
sim --threats 60 --recipients 2 --span 30h
bad=$(sim_ask 'add?threats=1&recipients=1&received=-7200s')
sim_post "status?threat=$bad&status=No%20Action%20Done&remediated=none"
sim_get "truth?threat=$bad" >"$tmp/bad.txt"
second=$(awk -F '\t' 'END { print int($12 / 1000) }' "$tmp/bad.txt")
sim_post "set?bad-list=$(date -u -d "@$second" +%Y-%m-%dT%H:%M:%SZ)"
sink in
poll_interval=1s
start=2d
configure
run_cefd

# all_but_bad - all that the API shows, but for that second, has come
all_but_bad()
{
	wait_drained
	truth | grep -v "^$(cut -f 1 "$tmp/bad.txt" | head -n 1)|" |
	    sort >"$tmp/others.txt"
	states "$tmp/in.out" | sort -u >"$tmp/came.txt"
	[ -z "$(comm -23 "$tmp/others.txt" "$tmp/came.txt")" ]
}

wait_for "the other seconds" all_but_bad
wait_status pending_retries -eq 1
[ "$(count_log cefd 'cannot be listed while the rest can')" -eq 1 ] ||
    fail "more than a second was put off"
sim_post 'add?threats=5&received=now'
wait_for "what is new" all_but_bad

kill9 cefd
run_cefd
wait_status pending_retries -eq 1
sim_post 'add?threats=5&received=now'
wait_for "what is new, in the next life" all_but_bad
missing "$tmp/in.out" || fail "the second was answered"

sim_post 'set?bad-list=2000-01-01T00:00:00Z'
wait_for "the second is listed" logged cefd 'is listed after all'
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 10
wait_status pending_retries -eq 0

sim_fault 500 list 0
before=$(sim_count list)
tried()
{
	[ $(($(sim_count list) - before)) -ge 25 ]
}
wait_for "many lists that fail" tried
sim_post clear
sim_post 'add?threats=5&received=now'
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 10
[ "$(count_log cefd 'cannot be listed while the rest can')" -eq 1 ] ||
    fail "an outage of all lists has put something off"
