#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# cefd starts while the API's clock is ten minutes ahead, and then it is right
# again: nobody can say how long it was wrong. What looking back has seen
# meanwhile is not fetched once more. Without looking back all of the 300 threats
# is, and what is new does not wait for that. Everything came once.
. "$(dirname "$0")/lib.sh"
sim --threats 300 --recipients 1 --span 20d
sink in
poll_interval=1s
start=30d
configure
run_cefd
settle "$tmp/in.out"
stop cefd

steps_back()
{
	configure
	sim_post 'set?skew=10m'
	told=$(count_log cefd 'received was written by a wrong clock')
	run_cefd
	poll
	details=$(sim_count detail)
	sim_post 'set?skew=0s'
	wait_for "the step back is told" is_told_again
}
is_told_again()
{
	[ "$(count_log cefd 'received was written by a wrong clock')" \
	    -gt "$told" ]
}
more()
{
	echo $(($(sim_count detail) - details))
}
no_more_old()
{
	poll
	sim_counts detail -ge "$1"
}

steps_back
sim_add 3
settle "$tmp/in.out"
poll
say "$(more) threats are fetched once more"
[ "$(more)" -le 120 ] || fail "$(more) threats are fetched, of 303"
stop cefd

# The budget is for less than half of them in a minute, and no more than some
# are listed ahead.
source_more='overlap = "0s"
	page-size = 20
	max-in-flight = 1'
poll_interval=5s
requests_per_minute=120
steps_back
sim_add 1
new_came()
{
	wait_drained
	! missing "$tmp/in.out"
}
wait_for "what is new" new_came
say "$(more) threats are fetched until it came"
[ "$(more)" -le 150 ] || fail "it came after $(more) others"
stop cefd
requests_per_minute=0
poll_interval=1s
configure
run_cefd
wait_for "all of it, once more" no_more_old $((details + 300))
check_arrived "$tmp/in.out" 0
