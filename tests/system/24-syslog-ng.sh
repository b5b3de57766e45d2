#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Real syslog-ng over TLS, which demands a client certificate and takes nothing
# that is not RFC 5424 in RFC 5425's frames: 200 threats with 3 recipients, with
# structured data. Every field that it parsed is the one that was sent.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
syslog_ng sng 'syslog(ip(127.0.0.1) port(PORT) transport("tls")
	tls(cert-file("CERTS/server.pem") key-file("CERTS/server.key")
	    ca-file("CERTS/ca.pem") peer-verify(required-trusted)));'
sng_port=$sink_port
sim --threats 200 --recipients 3
destination_more='structured-data = true'
both "$destination_more"
sink_port=$sng_port
destination_more="$destination_more
	cert-file = \"$certs/client.pem\"
	key-file = \"$certs/client.key\"
	session-records = 250"
configure
run_cefd
poll
wait_drained
same_fields "$tmp/sng.out" 600
confirmed_by syslog-ng
