#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The API announces a next page behind each list and each detail, and it is never
# there, which is a 404 or a 400: all comes in one poll, also several threats of
# one second, and a replay does not wait for what there is not.
. "$(dirname "$0")/lib.sh"
sim --threats 0 --end-of-pages present --beyond-code 404
sim_ask 'add?threats=8&recipients=2&received=-400s' >"$tmp/added.txt"
sim_ask 'add?threats=40&recipients=1-3&received=-1h&spread=20h' >"$tmp/added.txt"
sink in
start=2d
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 0
wait_status pending_retries -eq 0
sim_post 'set?beyond-code=400'
sim_ask 'add?threats=3&recipients=10&received=-300s' >"$tmp/added.txt"
poll
wait_drained
check_arrived "$tmp/in.out" 0
wait_status pending_retries -eq 0

ctl replay acme --since="$(date -u -d '-1 day' +%Y-%m-%dT%H:%M:%SZ)" \
    >"$tmp/said.txt" 2>&1 || fail "replay: $(cat "$tmp/said.txt")"
grep -q "$(wc -l <"$tmp/truth.txt") records are sent again" "$tmp/said.txt" ||
    fail "replay: $(cat "$tmp/said.txt")"
