#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Lists are answered and details are not: the polls go well, and nothing comes.
# That shows at once as the last error, and after an hour as trouble: on the
# terminal with what to do next, behind the `ok` of /healthz, in the heartbeat
# and as a metric. When the details come, all is well again.
. "$(dirname "$0")/lib.sh"
sim --threats 5 --recipients 1 --span 2h
sink in
destination_more='heartbeat = 300ms'
poll_interval=1s
configure
status_port=$(free_port)
sed -i "s|listen = .*|listen = \"127.0.0.1:$status_port\" }|" "$tmp/cefd.conf"
sim_fault 403 detail 0
run_cefd

# page PATH PATTERN - the status listener's page has it.
page()
{
	curl -fs --max-time 10 "http://127.0.0.1:$status_port/$1" >"$tmp/page.txt" &&
	    grep -q -e "$2" "$tmp/page.txt"
}

beats()
{
	notices heartbeat "$tmp/in.out" | tail -n 1 | grep -q -e "$1"
}

seen()
{
	python3 "$(dirname "$0")/on_terminal.py" 30 120 "$tmp/seen.out" \
	    "$cefctl" -s "$tmp/ctl" status || fail "status fails"
	grep -q -e "$1" "$tmp/seen.out"
}

polled()
{
	ctl poll acme >/dev/null 2>&1 || true
	status_is pending_retries -eq 5
}
wait_for "all five wait to be tried again" polled
told()
{
	ctl status | grep -q '^  acme: last error: HTTP 403'
}
wait_for "the last error tells why" told
! page healthz 'cannot be fetched' || fail "it is trouble at once"

# The API's clock goes on by two hours.
sim_post 'set?skew=2h'
wait_for "it is told behind the ok" \
    page healthz '^source acme: some cannot be fetched$'
seen 'some cannot be fetched, for [12]h.* by now: HTTP 403' || fail "not on the terminal: $(cat "$tmp/seen.out")"
grep -q 'cefctl test acme' "$tmp/seen.out" || fail "no next step"
! grep -q 'All well' "$tmp/seen.out" || fail "all well, it says"
wait_for "the heartbeat tells it" beats 'act=trouble .*HTTP 403'
page metrics '^cefd_source_oldest_retry_seconds{source="acme"} [0-9][0-9][0-9][0-9]' ||
    fail "no metric: $(cat "$tmp/page.txt")"

sim_post clear
wait_for "they come" status_is pending_retries -eq 0
wait_for "all is well again" beats 'act=ok'
page healthz '^ok$' || fail "not ok"
! page healthz 'cannot be fetched' || fail "it is trouble still"
settle "$tmp/in.out"
