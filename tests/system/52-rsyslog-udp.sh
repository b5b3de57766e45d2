#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Real rsyslog's imudp: 5,000 records, a datagram each, none lost by a receiver
# that has room for what comes while a busy machine lets it wait. With nobody on
# the port cefd says so and keeps them all.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
need rsyslogd
sink_port=$(free_port)
transport=udp
framing=
source_more='enabled = false'
configure
sed -i '/framing = /d' "$tmp/cefd.conf"
"$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.log" 2>&1 || fail "--check"
logged check 'warning: udp: nothing is confirmed' || fail "no warning"
"$tools/fill" --spool "$tmp/spool" --queue out --records 5000
run_cefd
wait_log cefd 'Connection refused; retrying'
[ "$(status_of confirmed)" = 0 ] || fail "something counts as delivered"
stop cefd

mkdir "$tmp/in.work"
cat >"$tmp/in.conf" <<CONF
global(workDirectory="$tmp/in.work")
module(load="imudp")
template(name="message" type="string" string="%msg%\\n")
input(type="imudp" address="127.0.0.1" port="$sink_port" ruleset="keep"
    rcvbufSize="8m")
ruleset(name="keep") {
	action(type="omfile" file="$tmp/in.out" template="message")
}
CONF
start in rsyslogd -n -f "$tmp/in.conf" -i "$tmp/in.rsyslog-pid"
wait_for "imudp listens" grep -q \
    ":$(printf %04X "$sink_port") 00000000:0000 07" /proc/net/udp
run_cefd
wait_drained
wait_for "5,000 records" has_lines "$tmp/in.out" 5000
check_filled "$tmp/in.out" 5000 0
[ "$(status_of confirm_level)" = none ] || fail "confirm level"
