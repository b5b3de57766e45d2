#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A source that has nothing writes nothing: all six streams poll on, and the
# spool's file stays as it was. A threat that comes then is delivered, once, and
# a life that is killed without having stored how far it was misses nothing.
. "$(dirname "$0")/lib.sh"
sim --threats 0
sink in
poll_interval=200ms
lag=0s
source_more='streams = {"threats", "cases", "vendor-cases", "abuse-campaigns",
	"abuse-not-analyzed", "audit"}'
configure
run_cefd

# more_polls NUMBER - so many more have ended.
more_polls()
{
	before=$(count_log cefd 'fetched 0 ')
	enough=$((before + $1))
	wait_for "$1 more polls" polls_are "$enough"
}
polls_are()
{
	[ "$(count_log cefd 'fetched 0 ')" -ge "$1" ]
}
written()
{
	stat -c '%y %s' "$tmp/spool/data.mdb"
}
more_polls 24
was=$(written)
more_polls 48
[ "$(written)" = "$was" ] || fail "polls that find nothing write to the spool"
say "$(count_log cefd 'fetched 0 ') polls, and the spool is as it was"

sim_add 3
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
more_polls 24
kill9 cefd
sim_add 4
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
