#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# At debug the log explains each decision: why a poll begins, each window and
# what it is for, what became of the ids of its list, a window that is halved, a
# detail that is new, an update, unchanged, held or asked for again, what is
# waited for, where the cursors stand after a commit, when the next poll is due;
# and a session from its beginning to the verdict, with why it ended. The token
# is in none of it.
. "$(dirname "$0")/lib.sh"
make_certs
sink_port=$(free_port)
sim --threats 12 --recipients 2 --span 2d --campaigns 2
source_more='page-size = 4 recheck = 30d streams = {"threats", "abuse-campaigns"}'
destination_more="session-records = 10 rate = 20"
configure
sim_fault 429 list 1 'retry-after=1&after=1'
sim_fault 500 detail 1 after=2
sim_post 'add?stream=abuse-campaigns&count=1&time=now&scanning=1'
run_cefd
wait_log cefd 'fetched 12 threats'
wait_log cefd 'retrying in'
echo "$sink_port" >"$tmp/in.port"
sink in
wait_drained
sim_change 3 Manually%20Remediated
wait_for "an update" eval 'poll; logged cefd "detail taken: update"'
wait_drained
# The rate may have ended each of them so far; a little later it does not.
has_all()
{
	logged cefd 'session is complete: no more records wait' && return
	sim_change 1 Post%20Remediated
	poll
	wait_drained
	return 1
}
wait_for "a session that takes all that waits" has_all

# sees WHAT... - each in a line of debug that names whose it is
sees()
{
	for what; do
		grep -e " debug \(intake\|deliver\): $what" "$tmp/cefd.log" |
		    grep -q -e ' source=acme' -e ' destination=out' ||
		    fail "no decision is logged as \"$what\""
	done
}

wait_for "a campaign is held" logged cefd 'detail taken: held'
sees 'poll begins: the first windows=[1-9]' 'poll begins: asked for' \
    'window begins: new since the cursor key=receivedTime from=20.*Z to=20.*Z' \
    'window begins: changed since the cursor key=latestTimeRemediated' \
    'window begins: looking back over the overlap' \
    'window begins: recheck of what is older' 'looking back windows=[1-9]' \
    'list of [0-9]* ids .* new=[1-9]' 'list of [0-9]* ids .* known=[1-9]' \
    'list of [0-9]* ids .* again=[1-9]' \
    'window is halved: its list does not fit one page' \
    'the API says Retry-After ms=1000' \
    'detail is asked for once more: HTTP 500' 'detail taken: new id=' \
    'detail taken: update id=.* updates=[1-9]' 'detail taken: held' \
    'committed records=[1-9][0-9]* cursor=20.*Z' \
    'poll ends: ok next_ms=[1-9]'
sees 'session begins destination=out .* queued=[1-9]' \
    'session failed' 'connected' 'waiting for the rate .* ms=[1-9]' 'session is complete: no more records wait' \
    'session is complete: as many records as a session' \
    'session confirmed .* level=close-notify'
grep -q 'warning deliver: .*; retrying in [0-9]*s' "$tmp/cefd.log" ||
    fail "no back-off of a session"
stop cefd

# The budget, and a refusal.
sim_fault 403 list 2
requests_per_minute=10
destination_more=
source_more='streams = {"threats"}'
poll_interval=1s
rm -r "$tmp/spool"
configure
run_cefd
wait_log cefd 'debug intake: waiting for the budget of requests'
wait_log cefd 'debug intake: poll begins: after a refusal'
wait_log cefd 'debug intake: detail taken: new'
sees 'poll ends: denied next_ms='
stop cefd
! grep -q -F "$(cat "$tmp/token")" "$tmp/cefd.log" || fail "the token is logged"
say "$(grep -c ' debug ' "$tmp/cefd.log") lines of debug"
