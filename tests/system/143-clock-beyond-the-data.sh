#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# For a poll the API's clock is ahead by more than it keeps data, so that
# every look back is refused as too old. When the clock is right again, looking
# back goes on from where it was: what shows late is found, in the same life.
. "$(dirname "$0")/lib.sh"
sim --threats 5 --recipients 1 --retention 30d
sink in
start=2d
configure
run_cefd
settle "$tmp/in.out"
sim_post 'set?skew=100d'
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
wait_log cefd 'looking back ends where the data begin'
sim_post 'set?skew=0s'
for threat in $(sim_ask 'add?threats=5&recipients=1&received=-3h'); do
	sim_post "status?threat=$threat&status=No%20Action%20Done&remediated=none"
done
settle "$tmp/in.out"
[ "$(records threat "$tmp/in.out" | wc -l)" -eq 10 ] || fail "some came again"
