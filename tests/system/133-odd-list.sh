#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# In the list of one second there is an entry without an id beside good ones. The
# good ones come at once, whatever window lists them; the second waits to be
# listed whole, which is told, and is when it can be. A replay takes what it can
# and says what it could not list.
. "$(dirname "$0")/lib.sh"
stamp()
{
	date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}
second=$(($(date +%s) - 2 * 86400 - 4000))
sim --threats 20 --recipients 2 --span 5d
for id in 1 2 3; do
	good=$(sim_ask "add?threats=1&recipients=1&received=$(stamp "$second")")
	sim_post "status?threat=$good&status=No%20Action%20Done&remediated=none"
done
sim_post "set?odd-list=$(stamp "$second")"
sink in
poll_interval=1s
start=6d
configure
run_cefd

# Those of the second have come so often.
came()
{
	wait_drained
	[ "$(records threat "$tmp/in.out" | grep -c "[| ]rt=$second")" -eq "$1" ]
}
wait_for "the good ones beside it" came 3
settle "$tmp/in.out"
wait_status pending_retries -eq 1
wait_log cefd "1 of its entries have no usable \"threatId\", the others are taken"
[ "$(count_log cefd 'trying again in')" -eq 0 ] || fail "the stream was held up"

status=0
ctl replay acme --since="$(stamp $((second - 86400)))" \
    --until="$(stamp $((second + 86400)))" >"$tmp/said.txt" 2>&1 || status=$?
grep -q '1 spans could not be listed' "$tmp/said.txt" ||
    fail "replay: exit $status, $(cat "$tmp/said.txt")"
wait_for "the good ones again" came 6

sim_post 'set?odd-list=2000-01-01T00:00:00Z'
wait_for "the second is listed" logged cefd 'is listed after all'
wait_status pending_retries -eq 0
came 6 || fail "they came again"
