#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# The API's pages are smaller than asked for, and all but the first are not there,
# though they are announced: windows are halved until none is needed, by polls
# and by a replay. One second that has more than a page is told, and is listed
# when it can be. And a page that is full names no next one, be it as long as was
# asked for or as long as the API's are: there is more all the same, and it comes.
. "$(dirname "$0")/lib.sh"
sim --threats 60 --span 30h --max-page-size 25 --later-code 404
sink in
start=2d
source_more='page-size = 50'
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 0
wait_status pending_retries -eq 0

states=$(wc -l <"$tmp/truth.txt")
ctl replay acme --since="$(date -u -d '-2 days' +%Y-%m-%dT%H:%M:%SZ)" \
    >"$tmp/said.txt" 2>&1 || fail "replay: $(cat "$tmp/said.txt")"
grep -q "$states records are sent again" "$tmp/said.txt" ||
    fail "of $states: $(cat "$tmp/said.txt")"
wait_drained

# They are received in one second.
sim_ask 'add?threats=45&recipients=1&received=-600s' >"$tmp/added.txt"
first_page()
{
	ctl poll acme >>"$tmp/poll.log" 2>&1 || true
	status_is pending_retries -eq 1
}
wait_for "the second is set aside" first_page
sim_post 'set?later-code=0'
patience=100
settle "$tmp/in.out"
wait_status pending_retries -eq 0

unnamed()
{
	sim_ask 'add?threats=120&recipients=1&received=-1h&spread=1h' >"$tmp/added.txt"
	sim_ask "add?threats=60&recipients=1&received=-$2" >"$tmp/added.txt"
	poll
	wait_drained
	! missing "$tmp/in.out" || fail "of pages of $1, what none names is missing"
}
sim_post 'set?end-of-pages=never'
unnamed 25 500s
# One refusal of such a page is not the end of its list.
from=$(date -u -d '-65 minutes' +%Y-%m-%dT%H:%M:%SZ)
replayed()
{
	ctl replay acme --since="$from" >"$tmp/said.txt" 2>&1 ||
	    fail "replay: $(cat "$tmp/said.txt")"
	grep -o '[0-9]* records are sent again' "$tmp/said.txt" | cut -d ' ' -f 1
}
all=$(replayed)
[ "$all" -ge 60 ] || fail "$(cat "$tmp/said.txt")"
for code in 400 404; do
	sim_fault "$code" list 1 after=1
	[ "$(replayed)" -eq "$all" ] ||
	    fail "HTTP $code, of $all: $(cat "$tmp/said.txt")"
	sim_post clear
done
wait_drained
sim_post 'set?max-page-size=50'
unnamed 50 510s
# Behind the last page there is none.
sim_post 'set?later-code=404'
sim_ask 'add?threats=50&recipients=1&received=-520s' >"$tmp/added.txt"
poll
wait_drained
! missing "$tmp/in.out" || fail "a page that nobody named is missed"
wait_status pending_retries -eq 0
