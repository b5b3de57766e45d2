#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# The API answers no list by the time of remediation while 400 threats of a
# backlog are fetched, which takes longer than a minute. When it answers those
# again the backlog does not keep them waiting: they are asked for in the poll
# that runs. Everything came once.
. "$(dirname "$0")/lib.sh"
sim --threats 400 --recipients 1 --span 30h --bad-key 2
sink in
poll_interval=1s
start=2d
requests_per_minute=500
configure
run_cefd

wait_log cefd 'lists by latestTimeRemediated are not answered'
sim_post 'set?bad-key=0'
wait_log cefd 'lists by latestTimeRemediated are answered again'
! logged cefd ' fetched [0-9]* threats' || fail "it waited for the next poll"
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
