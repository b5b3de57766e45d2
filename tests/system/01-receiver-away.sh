#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The receiver is away when cefd starts. cefd polls all the same, keeps what it
# got, says that it cannot connect, and hands everything over once the receiver
# is there: 200 threats with 3 recipients each, 600 records, each once.
. "$(dirname "$0")/lib.sh"
make_certs
sink_port=$(free_port)
sim --threats 200 --recipients 3
configure
run_cefd
poll
wait_status queued -eq 600
wait_log cefd 'refused'
[ "$(status_of confirmed)" -eq 0 ] || fail "confirmed without a receiver"

echo "$sink_port" >"$tmp/in.port"
sink in
wait_drained
check_arrived "$tmp/in.out" 0
[ "$(status_of confirmed)" -eq 600 ] || fail "confirmed $(status_of confirmed)"
[ "$(status_of confirm_level)" = close-notify ] || fail "confirm level"
