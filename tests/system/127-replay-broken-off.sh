#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A replay of two streams is broken off while the first has ended and the second
# waits for the API: by a pause, and by a reload that changes the destination
# after one that changed the source alone. Whoever waits is told why, the
# receiver gets that it was broken off, and cefd goes on. Freed memory is
# overwritten, so that who looks at it is found out.
. "$(dirname "$0")/lib.sh"
MALLOC_PERTURB_=165
export MALLOC_PERTURB_
sim --threats 5 --recipients 1 --vendor-cases 5 --span 1d
sink in
source_more='streams = {"threats", "vendor-cases"}'
configure
run_cefd
poll
wait_drained
sim_fault stall vendor-case 0

passed()
{
	[ "$(date +%s)" -gt "$1" ]
}

# broken_off TIMES WHY COMMAND... - in the middle of a replay. cefd looks at its
# progress when a second has gone by without.
broken_off()
{
	times=$1
	why=$2
	shift 2
	ctl replay acme --since=2d >"$tmp/said.txt" 2>&1 &
	replay=$!
	wait_for "threats are sent again" done_times "$times"
	wait_for "two seconds" passed $(($(date +%s) + 2))
	"$@" >>"$tmp/poll.log" 2>&1 || fail "$*: exit $?"
	status=0
	wait "$replay" || status=$?
	[ "$status" -eq 1 ] || fail "replay: exit $status"
	grep -q "$why" "$tmp/said.txt" || fail "replay: $(cat "$tmp/said.txt")"
	wait_drained
	is_up cefd || fail "cefd has ended"
	notices replay "$tmp/in.out" | grep 'Replay ends.*act=broken off' \
	    >"$tmp/ends.txt"
	[ "$(wc -l <"$tmp/ends.txt")" -eq "$times" ] ||
	    fail "$(wc -l <"$tmp/ends.txt") ends are told, not $times"
	[ "$(grep -c ' sender\.example cefd ' "$tmp/ends.txt")" -eq "$times" ] ||
	    fail "not as the destination asks for: $(cat "$tmp/ends.txt")"
}

done_times()
{
	[ "$(count_log cefd 'fetched 5 threats .* replay')" -ge "$1" ]
}

broken_off 1 'was paused' ctl pause acme
ctl resume acme >>"$tmp/poll.log"

poll_interval=20m
configure
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
destination_more='max-size = 4096'
configure
broken_off 2 'configuration changed' ctl reload
stop cefd
[ "$status" -eq 0 ] || fail "cefd: exit $status"
