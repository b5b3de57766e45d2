#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# At debug the log tells the decisions that a usual day does not bring, too. Of a
# poll: windows laid out anew by the API's clock, a window that is not in the past
# yet, what waits for its additions or has failed before, records that no
# destination asks for, cursors that need not be written, what is put off because
# the next poll is due, and where the data begin. Of a session: other lengths, the
# way back to the first server, settings that wait. 74 has the usual ones.
. "$(dirname "$0")/lib.sh"

# sees WHAT... - each in a line of debug that names whose it is.
sees()
{
	for what; do
		wait_for "a decision is logged as \"$what\"" told "$what"
	done
}

told()
{
	grep -e " debug \(intake\|deliver\): $1" "$tmp/cefd.log" |
	    grep -q -e ' source=acme' -e ' destination='
}

# ended - the token is in nothing that was said.
ended()
{
	stop cefd
	! grep -q -F "$(cat "$tmp/token")" "$tmp/cefd.log" ||
	    fail "the token is logged"
	rm -rf "$tmp/spool" "$tmp/cefd.log"
}

# The API's clock is an hour ahead at first. One threat cannot be had twice.
away_port=$(free_port)
sim --threats 30 --recipients 3 --span 20h --skew 1h
sink in
poll_interval=1s
source_more='enrich = {"attachments"} streams = {"threats", "cases"}'
more="destination \"worst\" {
	transport = \"file\" path = \"$tmp/worst.out\"
	min-severity = 10
}
destination \"moves\" {
	servers = {\"127.0.0.1:$away_port\", \"127.0.0.1:$sink_port\"}
	ca-file = \"$certs/ca.pem\" failback = 1s
}"
configure
sim_fault 500 attachments 1
sim_fault 500 detail 2 "id=$(sim_get truth | cut -f 4 | head -n 1)"
run_cefd
sees "windows are laid out anew by the API's time ahead_ms=-[1-9]" \
    'detail waits for its additions id=' \
    'addition is asked for once more: HTTP 500: ' \
    'records are left out by what destinations ask for count=[1-9]' \
    'trying what has failed or lacks something failed=1' \
    'detail taken: new, after a failure id=' \
    "nothing new: the cursors are written down later"

# The clock goes back. Whichever request comes first shows it: it must be that of
# a new window.
polls_end()
{
	set -- $(($(count_log cefd 'poll ends') + $1))
	wait_for "polls end" some_ended "$1"
}
some_ended()
{
	[ "$(count_log cefd 'poll ends')" -ge "$1" ]
}
is_left()
{
	sim_post 'set?skew=0'
	polls_end 4
	told 'window is left: nothing of it is in the past yet' && return
	sim_post 'set?skew=1h'
	polls_end 4
	return 1
}
wait_for "a window is left" is_left
sim_post 'set?skew=1h'
sink first --listen "127.0.0.1:$away_port"
moved()
{
	sim_add 1
	told 'back to the first server, after failback destination=moves'
}
wait_for "the first server is used again" moved
ended
stop sim
stop in
stop first
more=

# A slow API, whose data begin two days ago, and a receiver that breaks off twice.
sim --threats 40 --recipients 3 --span 40h --latency 300ms --retention 2d
sink in --mode reset-after=2 --connections 2
source_more='catch-up = "newest-first" max-in-flight = 1 page-size = 10'
destination_more='session-records = 4'
configure
run_cefd
sees 'what is older waits, newest first: the next poll is due windows=[1-9]' \
    'window is widened, to find where the data begin seconds=[1-9]' \
    'looking back ends where the data begin: HTTP 400' \
    'looking back goes on in the next poll, which is due' \
    'sessions are made shorter destination=out records=[12] octets=[1-9]' \
    'sessions are made longer destination=out records=[2-9]'
wait_drained

# The session that is under way is ended as it was begun.
stop in
sink in --mode never-answer-close
destination_more='confirm = "close" confirm-timeout = "30s"'
configure
ctl reload
sim_add 1
wait_status state = confirming
destination_more='confirm = "close" confirm-timeout = "2s"'
configure
ctl reload
sees 'new settings wait for the end of the session destination=out'
ended
say "all decisions are told"
