#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A detail shows 25 of its messages on a page, and does not say that there is a next
# one. All of 60 come where it does not say either how many recipients there are,
# or where all went to one: by asking until nothing new does, whether that page is
# empty or refused. Where recipients and messages are as many as it says, or few,
# no further page is asked for, unless the last one is as long as pages are.
. "$(dirname "$0")/lib.sh"
for beyond in 200 404 400; do
	sim --threats 0 --old-style 100 --detail-page-size 25 --no-next-page \
	    --beyond-code "$((beyond == 200 ? 0 : beyond))"
	sim_post 'add?threats=1&recipients=60&received=-600s'
	sim_post 'add?threats=1&recipients=50&received=-600s'
	sim_post 'add?threats=1&recipients=2&received=-600s'
	sink in
	start=2d
	configure
	run_cefd
	settle "$tmp/in.out"
	check_arrived "$tmp/in.out" 0
	[ "$(wc -l <"$tmp/in.out")" -eq 112 ] ||
	    fail "$(wc -l <"$tmp/in.out") lines, not 112"
	[ "$(sim_count detail)" -eq 8 ] ||
	    fail "$(sim_count detail) details, not 8"
	wait_status pending_retries -eq 0
	stop cefd
	stop sim
	stop in
	rm -rf "$tmp/spool" "$tmp/in.out"
done

sim --threats 0 --old-style 0 --detail-page-size 25 --no-next-page \
    --beyond-code 404
same=$(sim_ask 'add?threats=1&recipients=1&received=-600s')
sim_post "recipient?threat=$same&count=59&received=-600s&same=1"
sim_post 'add?threats=1&recipients=25&received=-600s'
sink in
configure
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 85 ] || fail "$(wc -l <"$tmp/in.out") lines, not 85"
[ "$(sim_count detail)" -eq 6 ] || fail "$(sim_count detail) details, not 6"
wait_status pending_retries -eq 0
stop cefd
stop sim
stop in
rm -rf "$tmp/spool" "$tmp/in.out"

# What names the next page is no number: all come, and none is put off.
sim --threats 0 --old-style 0 --detail-page-size 25 --odd-next-page
sim_post 'add?threats=1&recipients=60&received=-600s'
sim_post 'add?threats=1&recipients=3&received=-600s'
sink in
configure
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 63 ] || fail "$(wc -l <"$tmp/in.out") lines, not 63"
wait_status pending_retries -eq 0
stop cefd
stop sim
stop in
rm -rf "$tmp/spool" "$tmp/in.out"

# A page that nobody named cannot be read: what is there comes, the log tells,
# and the rest comes once it can be.
sim --threats 0 --old-style 0 --detail-page-size 10 --no-next-page --oldest-first
some=$(sim_ask 'add?threats=1&recipients=8&received=-600s')
sim_post "recipient?threat=$some&count=6&received=-600s&same=1"
sim_fault 503 detail 0 "id=$some&after=1"
sink in
configure
run_cefd
wait_log cefd "page 2 of a threat, .* threat=$some"
sim_post clear
sim_post 'set?skew=30h'
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 14 ] || fail "$(wc -l <"$tmp/in.out") lines, not 14"
