#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# Real rsyslog's imrelp is killed with -9 in mid-stream, five times, and started
# again on its port. It acknowledges what is in its main queue, which it loses
# then; so the queue is a direct one, and what it acknowledged is in its file.
# 60,000 records: none is missing, and only what had no reply yet comes again.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
records=60000
rsyslog_relp in '' direct
transport=relp
source_more='enabled = false'
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records "$records"

lines_are()
{
	[ "$(wc -l <"$tmp/in.out")" -ge "$1" ]
}

run_cefd
for n in 1 2 3 4 5; do
	wait_for "$((n * 8000)) records" lines_are $((n * 8000))
	kill9 in
	# A record that was cut in two is not whole in the file.
	rsyslog_relp in '' direct
done
wait_drained
check_filled "$tmp/in.out" "$records" 700
[ "$(status_of confirm_level)" = relp ] || fail "confirm level"
