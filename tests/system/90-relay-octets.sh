#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# Through a relay, with the files of doc/receivers, a record stays what it was,
# octet for octet: 30 threats with 2 recipients in every format, by rsyslog to
# rsyslog and to syslog-ng, and by syslog-ng to rsyslog, compared with what a
# sink gets from cefd itself. Ten records of 60,000 octets go the same way.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
. "$(dirname "$0")/relays.sh"
poll_interval=1h

# in_formats NAME PORT - the section "relay" of cefd.conf once for each format,
# and each with a twin to a sink.
in_formats()
{
	sed -n '/^destination "relay"/,/^}/p' "$tmp/cefd.conf" >"$tmp/section"
	sed -i '/^destination "relay"/,/^}/d' "$tmp/cefd.conf"
	for format in cef json leef rfc5424-sd; do
		sed "s/^destination .*/destination \"relay-$format\" {/" \
		    "$tmp/section" | sed "2i hostname = \"sender.example\"\\
format = \"$format\"\\
max-size = \"64000\""
	done >>"$tmp/cefd.conf"
	sed -n '/^destination "relay-/,/^}/p' "$tmp/cefd.conf" |
	    sed "s/\"relay-/\"ref-/; s/localhost:[0-9]*/127.0.0.1:$sink_port/
	        s/transport = .*/transport = \"tls\"/" >"$tmp/twins"
	cat "$tmp/twins" >>"$tmp/cefd.conf"
}

# chain CEFD - between what runs as "relay" and as "last".
chain()
{
	cefd_to relay "$1"
	sink ref
	in_formats
	for queue in relay-cef ref-cef; do
		filled 10 --size 60000 --queue "$queue"
	done
	run_cefd
	poll
	wait_drained
	wait_for "250 records" has_lines "$tmp/last.out" 250
	sort "$tmp/ref.out" >"$tmp/expected.txt"
	sort "$tmp/last.out" >"$tmp/got.txt"
	cmp "$tmp/expected.txt" "$tmp/got.txt" >"$tmp/cmp.log" ||
	    fail "not octet for octet"
	say "$1: $(wc -l <"$tmp/got.txt") lines octet for octet"
	next_chain
}

sim --threats 30 --recipients 2
rsyslog_relay last rsyslog-relp-tls.conf rsyslog-to-file.conf
rsyslog_relay relay rsyslog-tls.conf rsyslog-forward-to-rsyslog.conf last
chain cefd-tls.conf
syslog_ng_relay last syslog-ng-tls.conf syslog-ng-to-file.conf
rsyslog_relay relay rsyslog-relp-tls.conf rsyslog-forward-to-syslog-ng.conf last
chain cefd-relp-tls.conf
rsyslog_relay last rsyslog-tls.conf rsyslog-to-file.conf
syslog_ng_relay relay syslog-ng-tls.conf syslog-ng-forward-to-rsyslog.conf last
chain cefd-tls.conf
