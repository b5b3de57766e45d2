#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Audit events have no ids. The API, whose pages are smaller than asked for, and
# of which the last one announces a next one that is empty, comes to tell one
# member more of each event: none comes again.
. "$(dirname "$0")/lib.sh"
sim --threats 0 --audit 30 --span 20h --end-of-pages present \
    --max-page-size 20
sink in
start=2d
source_more='streams = {"audit"}'
configure
run_cefd
arrived()
{
	wait_drained
	stream_arrived audit "$tmp/in.out"
}
wait_for "all events" arrived
sim_post 'set?new-member=true'
poll
poll
wait_drained
check_stream audit "$tmp/in.out"
