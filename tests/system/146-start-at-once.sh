#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The start is now, without any lag, so that nothing new lies before the first
# look back; and that is broken off by a token that is refused. It goes on by the
# API's clock, which has whole seconds: what was there before is no news.
. "$(dirname "$0")/lib.sh"
sim --threats 0 --cases 20 --span 20h
for threat in $(sim_ask 'add?threats=30&recipients=1&received=-2h&spread=30h')
do
	sim_post "status?threat=$threat&status=No%20Action%20Done&remediated=none"
done
sim_post 'fault?on=list&kind=401&count=1&after=2'
sim_post 'fault?on=cases&kind=401&count=1&after=2'
sink in
start=0s
lag=0s
source_more='streams = {"threats", "cases"}'
configure
run_cefd
for again in 1 2 3 4; do
	ctl poll acme >>"$tmp/poll.log" 2>&1 || true
done
poll
wait_drained
logged cefd "poll ends: denied" ||
    fail "no poll was broken off"
[ ! -s "$tmp/in.out" ] || fail "$(wc -l <"$tmp/in.out") old ones are sent"

news=$(sim_ask 'add?threats=1&recipients=1&received=now')
came()
{
	poll
	wait_drained
	grep -q -F "$news" "$tmp/in.out"
}
wait_for "what is new" came
[ "$(wc -l <"$tmp/in.out")" -eq 1 ] || fail "more than what is new"
