#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The receiver demands a client certificate under TLS 1.3, where the sender's
# handshake is over before it hears of the refusal. Without a certificate
# nothing is confirmed and the error names the certificate; with one of another
# authority too; with the right one all 150 records arrive, each once.
. "$(dirname "$0")/lib.sh"
sim --threats 50 --recipients 3
sink in --verify-client --ca "$certs/ca.pem" --tls-min 1.3
configure
run_cefd
poll
wait_sunk in handshake_failed -ge 2
wait_log cefd 'certificate'
status_of last_error | grep -qi certificate ||
    fail "status does not name the cause: $(status_of last_error)"
[ "$(status_of queued)" -eq 150 ] || fail "queued $(status_of queued)"
[ "$(status_of confirmed)" -eq 0 ] || fail "confirmed $(status_of confirmed)"
[ ! -s "$tmp/in.out" ] || fail "something arrived"
stop cefd

destination_more="cert-file = \"$certs/client.pem\"
	key-file = \"$certs/client.key\""
configure
run_cefd
wait_drained
check_arrived "$tmp/in.out" 0
wait_sunk in client_name = client
