#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The details of many ids in a row are not there. Those behind them come in the
# same poll all the same, and what was not there is tried again. Where no detail
# at all is there the poll goes through with it, and tells it as trouble.
. "$(dirname "$0")/lib.sh"
sim --threats 80 --recipients 1 --span 2h
sink in
poll_interval=5m
configure
sim_fault 404 detail 60
run_cefd
came()
{
	wait_drained
	[ "$(records threat "$tmp/in.out" | wc -l)" -eq "$1" ]
}
wait_for "those behind what is not there" came 20
wait_status pending_retries -eq 60
[ "$(count_log cefd 'trying again in')" -eq 0 ] || fail "it took more than a poll"
ctl status | grep -q 'last error: HTTP 404' || fail "status does not tell why"

sim_fault 404 detail 0
sim_post 'add?threats=25&recipients=1&received=-600s'
! ctl poll acme >"$tmp/said.txt" 2>&1 || fail "that went well"
grep -q '25 details in a row are not there: HTTP 404' "$tmp/said.txt" ||
    fail "it says $(cat "$tmp/said.txt")"
wait_status pending_retries -eq 85

sim_post clear
sim_post 'set?skew=2h'
settle "$tmp/in.out"
wait_status pending_retries -eq 0
came 105 || fail "some came twice"
