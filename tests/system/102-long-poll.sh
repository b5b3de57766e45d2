#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# A poll that takes long tells who waits for it every ten seconds that it goes
# on, so that cefctl, which gives up on a daemon that is silent for a quarter of
# an hour, waits for as long as it takes.
. "$(dirname "$0")/lib.sh"
sim --threats 30 --recipients 1 --latency 1s
sink in
source_more='max-in-flight = 1'
configure
run_cefd
ctl poll acme >"$tmp/said.txt" || fail "cefctl poll: exit $?"
grep -q '^1 source is still polled, fetched [0-9]* since start so far$' \
    "$tmp/said.txt" || fail "nothing is said meanwhile"
tail -n 1 "$tmp/said.txt" | grep -q '^acme: ok' || fail "no end is told"
wait_drained
check_arrived "$tmp/in.out" 0
