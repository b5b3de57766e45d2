#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# The API answers two lists of a poll with 429 and does not say for how long. The
# lists between them were answered, though none of them brought a threat: so the
# second wait is as short as the first one, and no longer.
. "$(dirname "$0")/lib.sh"
patience=100
sim --threats 0
sim_fault 429 list 1 after=2
sim_fault 429 list 1 after=20
sink in
start=60d
configure
run_cefd
throttled()
{
	[ "$(count_log cefd 'HTTP 429.*going on in')" -ge 2 ]
}
wait_for "the second 429" throttled
grep 'HTTP 429.*going on in' "$tmp/cefd.log" >"$tmp/waits.txt"
[ "$(count_log cefd 'poll begins')" -eq 1 ] || fail "that is not one poll"
! grep -v 'going on in [67][0-9]\.' "$tmp/waits.txt" || fail "it waits longer"
