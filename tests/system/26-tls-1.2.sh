#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A receiver that knows nothing newer than TLS 1.2, with a client certificate:
# 150 records arrive, each once. With tls-min = "1.3" nothing is sent to it and
# the error speaks of the version.
. "$(dirname "$0")/lib.sh"
sim --threats 50 --recipients 3
sink in --tls-max 1.2 --verify-client --ca "$certs/ca.pem"
client="cert-file = \"$certs/client.pem\"
	key-file = \"$certs/client.key\""
destination_more="$client
	tls-min = \"1.3\""
configure
run_cefd
poll
wait_sunk in handshake_failed -ge 1
wait_status last_error != ""
status_of last_error | grep -qi 'version\|1\.2\|1\.3' ||
    fail "status does not name the cause: $(status_of last_error)"
[ "$(status_of queued)" -eq 150 ] || fail "queued $(status_of queued)"
[ ! -s "$tmp/in.out" ] || fail "something arrived"

destination_more=$client
configure
ctl reload
wait_drained
check_arrived "$tmp/in.out" 0
wait_sunk in tls = TLSv1.2
wait_sunk in client_name = client
