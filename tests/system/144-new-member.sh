#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Audit events have no ids. The API, whose pages are smaller than asked for, and
# of which the last one announces a next one that is empty, comes to tell one
# member more of each event: none comes again. Of a second that takes several
# pages all are taken, those of the last and shorter one as well. When the page
# that is announced fails, what stands before it comes all the same; when it is
# not there, the list ends.
. "$(dirname "$0")/lib.sh"
sim --threats 0 --audit 30 --span 20h --end-of-pages present \
    --max-page-size 7
sink in
start=2d
source_more='page-size = 10
	streams = {"audit"}'
configure
run_cefd
arrived()
{
	poll
	wait_drained
	stream_arrived audit "$tmp/in.out"
}
wait_for "all events" arrived
sim_post 'set?new-member=true'
poll
poll
wait_drained
check_stream audit "$tmp/in.out"

sim_post 'set?max-page-size=1000'
sim_ask 'add?stream=audit&count=25&time=-600s' >"$tmp/added.txt"
wait_for "all of one second" arrived
poll
poll
wait_drained
check_stream audit "$tmp/in.out"

sim_post 'set?beyond-code=500'
sim_ask 'add?stream=audit&count=5&time=-300s' >"$tmp/added.txt"
first_page()
{
	ctl poll acme >>"$tmp/poll.log" 2>&1 || true
	wait_drained
	stream_arrived audit "$tmp/in.out"
}
wait_for "what stands before a page that fails" first_page
sim_post 'set?beyond-code=404'
sim_ask 'add?stream=audit&count=5&time=-200s' >"$tmp/added.txt"
wait_for "what stands before a page that is not there" first_page
sim_post 'set?beyond-code=0'
poll
poll
wait_drained
check_stream audit "$tmp/in.out"
