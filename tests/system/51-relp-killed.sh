#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# Real rsyslog's imrelp, plain and then over TLS, is killed with -9 in
# mid-stream, five times, and started again on its port. It acknowledges what is
# in its main queue, which it would lose then; so that queue is a direct one, and
# what it acknowledged is in its file. 40,000 records each time: none is missing,
# and only what had no reply yet comes again.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
records=40000
source_more='enabled = false'

lines_are()
{
	[ "$(wc -l <"$tmp/$transport.out")" -ge "$1" ]
}

make_certs
for transport in relp relp-tls; do
	tls=
	[ "$transport" = relp ] || tls=$(relp_tls)
	rsyslog_relp "$transport" "$tls" direct
	[ "$transport" = relp ] ||
	    destination_more="cert-file = \"$certs/client.pem\"
		key-file = \"$certs/client.key\""
	configure
	"$tools/fill" --spool "$tmp/spool" --queue out --records "$records"
	run_cefd
	for n in 1 2 3 4 5; do
		wait_for "$((n * 6000)) records" lines_are $((n * 6000))
		kill9 "$transport"
		rsyslog_relp "$transport" "$tls" direct
	done
	wait_drained
	check_filled "$tmp/$transport.out" "$records" 700
	[ "$(status_of confirm_level)" = relp ] || fail "confirm level"
	stop cefd
	rm -rf "$tmp/spool"
done
