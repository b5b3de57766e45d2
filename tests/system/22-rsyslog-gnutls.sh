#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Real rsyslog with its GnuTLS driver, records with structured data: 200 threats
# with 3 recipients. Every field that rsyslog parsed is the one that was sent.
# It ends a session without close_notify: the first comes twice, for cefd to be
# sure that it is not dead, and no other does, nor of the next cefd.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"

all_once()
{
	sort -u "$tmp/rs.out" >"$tmp/once.out"
	has_lines "$tmp/once.out" 600
}

# another - one more session is confirmed than `seen`. What was added just now may
# show only in the next second.
another()
{
	poll
	[ "$(confirmed)" -gt "$seen" ]
}

confirmed()
{
	count_log cefd 'session confirmed destination=out '
}

rsyslog rs gtls '' 'streamDriver.authMode="anon"'
rs_port=$sink_port
sim --threats 200 --recipients 3
destination_more='structured-data = true'
both "$destination_more"
sink_port=$rs_port
configure
run_cefd
poll
wait_drained
wait_for "600 different records" all_once
same_fields "$tmp/once.out" 600
seen=$(confirmed)
sim_add 20
wait_for "another session" another
[ "$(count_log cefd 'session failed, .* destination=out ')" -eq 1 ] ||
    fail "other sessions came again than the first"
stop cefd
run_cefd
seen=$(confirmed)
sim_add 20
wait_for "another session" another
failed=$(count_log cefd 'session failed, .* destination=out ')
[ "$failed" -eq 1 ] || fail "$((failed - 1)) of the next cefd came again:" \
    "$(grep 'session failed\|gives no close\|not stored' "$tmp/cefd.log")"
confirmed_by rsyslog
