#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# 100 threats were received within 100 seconds, 30 hours ago, and pages hold 20:
# to look back over that day takes more lists than the budget allows between two
# polls. Each poll goes on where the last one had to stop, so that 4 threats that
# were received 20 hours ago, and show only now, are found.
. "$(dirname "$0")/lib.sh"
sim --threats 0
sim_post 'add?threats=100&recipients=1&received=-108000s&spread=100s'
sink in
poll_interval=2s
start=3d
source_more='page-size = 20'
configure
run_cefd
settle "$tmp/in.out"
stop cefd

requests_per_minute=300
configure
# shellcheck disable=SC2046 # one word each
for threat in $(sim_ask 'add?threats=4&recipients=1&received=-72000s&spread=1h')
do
	sim_post "status?threat=$threat&status=No%20Action%20Done&remediated=none"
done
run_cefd

# No poll that somebody waits for: it would look back to the end.
all_came()
{
	wait_drained
	! missing "$tmp/in.out"
}
wait_for "what shows late" all_came
check_arrived "$tmp/in.out" 0
logged cefd "looking back goes on in the next poll" ||
    fail "it was done in one poll"
