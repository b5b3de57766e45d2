#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The receiver's certificate is good but names another host: nothing is sent
# and the error says so. With server-name set to that name all 60 arrive.
. "$(dirname "$0")/lib.sh"
sim --threats 20 --recipients 3
sink in --cert "$certs/wrong-name.pem" --key "$certs/wrong-name.key"
configure
run_cefd
poll
wait_log cefd 'certificate'
wait_status last_error != ""
status_of last_error | grep -qi 'name' ||
    fail "status does not name the cause: $(status_of last_error)"
[ "$(status_of queued)" -eq 60 ] || fail "queued $(status_of queued)"
[ ! -s "$tmp/in.out" ] || fail "something arrived"
stop cefd

destination_more='server-name = "elsewhere.example"'
configure
run_cefd
wait_drained
check_arrived "$tmp/in.out" 0
wait_sunk in server_name = elsewhere.example
