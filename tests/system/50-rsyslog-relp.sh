#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# Real rsyslog's imrelp, plain and then over TLS, where it demands a client
# certificate: 100 threats with 3 recipients, all fields as they were sent, each
# record once, confirmed by its replies. Without the certificate nothing counts
# as delivered; once it is configured, all of it arrives.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
sim --threats 100 --recipients 3
for transport in relp relp-tls; do
	tls=
	[ "$transport" = relp ] || tls=$(relp_tls)
	rsyslog_relp "$transport" "$tls"
	relp_port=$sink_port
	rm -f "$tmp/ref.out"
	both
	sink_port=$relp_port
	destination_more=
	configure
	run_cefd
	poll
	if [ "$transport" = relp-tls ]; then
		wait_log cefd 'the server requires a client certificate\|the server ended the connection\|reset'
		[ ! -s "$tmp/relp-tls.out" ] || fail "something arrived"
		destination_more="cert-file = \"$certs/client.pem\"
		key-file = \"$certs/client.key\""
		configure
		ctl reload >"$tmp/reload.log" 2>&1 || fail "reload"
	fi
	wait_drained
	same_fields "$tmp/$transport.out" 300
	confirmed_by "rsyslog's $transport"
	stop cefd
	stop ref
	rm -rf "$tmp/spool"
done
