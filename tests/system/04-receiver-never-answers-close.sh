#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The receiver reads everything and never answers the end of a session.
# confirm = "auto": its kernel has everything, so the 300 records count as
# confirmed, once, at the level "kernel", and the log warns. confirm = "close":
# nothing is confirmed and the session is sent again, the same octets, until a
# receiver answers.
. "$(dirname "$0")/lib.sh"
sim --threats 100 --recipients 3

sink kernel --mode never-answer-close
destination_more='confirm-timeout = "500ms"'
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/kernel.out" 0
[ "$(status_of confirm_level)" = kernel ] ||
    fail "confirm level $(status_of confirm_level)"
[ "$(count_log cefd 'kernel')" -ge 1 ] || fail "no warning"
stop cefd
[ "$status" -eq 0 ] || fail "cefd: exit $status"
stop kernel

rm -rf "$tmp/spool"
sink in --mode never-answer-close --connections 2
destination_more='confirm-timeout = "500ms"
	confirm = "close"'
configure
run_cefd
poll
wait_sunk in connections -ge 2
wait_drained
check_arrived "$tmp/in.out" 600
[ "$(status_of confirm_level)" = close-notify ] || fail "confirm level"
[ "$(status_of confirmed)" -eq 300 ] || fail "confirmed $(status_of confirmed)"
again=$(($(wc -l <"$tmp/in.out") - 300))
[ "$again" -gt 0 ] || fail "nothing was sent again"
[ "$(status_of resent)" -eq "$again" ] ||
    fail "resent $(status_of resent), not $again"
