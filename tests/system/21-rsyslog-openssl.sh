#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Real rsyslog with its OpenSSL driver, which demands a client certificate: 200
# threats with 3 recipients, 600 records in sessions of at most 250. Every field
# that rsyslog parsed is the one that was sent; no record comes twice.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
rsyslog rs ossl '' 'streamDriver.authMode="x509/certvalid"'
rs_port=$sink_port
sim --threats 200 --recipients 3
both
sink_port=$rs_port
destination_more="cert-file = \"$certs/client.pem\"
	key-file = \"$certs/client.key\"
	session-records = 250"
configure
run_cefd
poll
wait_drained
same_fields "$tmp/rs.out" 600
confirmed_by rsyslog
