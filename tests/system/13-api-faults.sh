#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# The API fails in every way it knows, on lists and on details: 429 with and
# without Retry-After, 500, 503, an HTML page, broken JSON, the
# reply to another request, a body cut short, a
# reset, a reply that never comes, a 404 for a threat that was listed. The other
# threats go on, and all 300 x 2 records arrive in the end, each once.
. "$(dirname "$0")/lib.sh"
sim --threats 300 --recipients 2 --retry-after 1 --stall 60s
sink in
poll_interval=1s
source_more='timeout = "2s"'
configure
after=5
for kind in 500 503 html broken-json other truncated reset stall; do
	sim_fault "$kind" list 1
	sim_fault "$kind" detail 2 "after=$after"
	after=$((after + 30))
done
sim_fault 429 list 1 retry-after=1
sim_fault 429 detail 1 "retry-after=1&after=$after"
sim_fault 404 detail 4 "after=$((after + 10))"
run_cefd

# A poll by hand does not wait until a refusal is over; it may fail.
poked()
{
	timeout 1 "$cefctl" -s "$tmp/ctl" poll acme >>"$tmp/poll.log" 2>&1 ||
	    true
	sunk_is in records -ge 600
}
wait_for "all 600 records" poked
wait_drained
check_arrived "$tmp/in.out" 0
is_up cefd || fail "cefd is gone"
