#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A message whose status changes is sent again as a new record with the same
# externalId and the new act; one that is only listed again is not. 50 threats
# with 3 recipients, 150 records; then 40 changes, of which each that the API
# shows makes one record more; new recipients of a known campaign make one each.
. "$(dirname "$0")/lib.sh"
sim --threats 50 --recipients 3
sink in
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 0
poll
wait_drained
[ "$(wc -l <"$tmp/in.out")" -eq 150 ] || fail "listed again, sent again"

sim_change 25 Manually%20Remediated
sim_change 15 Remediation%20Attempted
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
now=$(wc -l <"$tmp/in.out")
[ "$now" -gt 150 ] || fail "no change was sent"
[ "$(status_of updates)" -eq $((now - 150)) ] ||
    fail "updates $(status_of updates), not $((now - 150))"

sim_add 10
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq $((now + 30)) ] ||
    fail "$(wc -l <"$tmp/in.out") lines, not $now + 30"

# A new life remembers: nothing is sent again.
stop cefd
run_cefd
poll
wait_drained
[ "$(wc -l <"$tmp/in.out")" -eq $((now + 30)) ] || fail "sent again"
