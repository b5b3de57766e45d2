#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Somebody in between resets connections. First a firewall that answers each
# packet with a reset, three times over in mid-stream; then one that resets each
# connection after 700,000 octets, which is half a session, until two were.
# 20,000 records in sessions of 2,000, twice: none missing, at most a session again
# for each reset, and the log says what has happened.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone network
far_sink --mode slow=4000000 --rcvbuf 16384
destination_more='server-name = "localhost" session-records = 2000
	confirm = "close"'
source_more='enabled = false'
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 20000
run_cefd
told_more()
{
	[ "$(count_log cefd retrying)" -gt "$1" ]
}

for at in 300 2300 4300; do
	wait_sunk in records -ge "$at"
	before=$(count_log cefd retrying)
	far_rule "tcp dport $far_port reject with tcp reset"
	wait_for "a reset is told" told_more "$before"
	far_open
done
wait_drained
check_filled "$tmp/in.out" 20000 6000
# One that falls between two sessions refuses the next connection.
[ "$(count_log cefd 'the server reset the connection')" -ge 1 ] ||
    fail "the log does not tell of resets"
stop cefd

stop in
rm -rf "$tmp/spool" "$tmp/in.out"
sink in
badlink "$sink_port" 'reset-after=700000'
servers="\"127.0.0.1:$badlink_port\""
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 20000
before=$(count_log cefd retrying)
run_cefd
wait_for "two resets are told" told_more $((before + 1))
badlink_says ''
wait_drained
check_filled "$tmp/in.out" 20000 6000
