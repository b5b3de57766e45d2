#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# The receiver issues session tickets. A sender that never reads leaves them in
# its socket, its ordinary close becomes a reset, and the receiver loses the
# tail. 1,000,000 records from the spool, in sessions of 20,000 or 2 MiB: none
# lost, none twice, and the tickets were read, since later sessions resume.
. "$(dirname "$0")/lib.sh"
records=${RECORDS:-1000000}
sink in --tickets 4
destination_more='session-bytes = "2MiB"'
source_more='enabled = false'
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records "$records" --size 300
run_cefd
patience=$((patience * 2))
wait_drained
check_filled "$tmp/in.out" "$records" 0
[ "$(status_of confirmed)" -eq "$records" ] ||
    fail "confirmed $(status_of confirmed)"
wait_sunk in open -eq 0
[ "$(sunk in reset)" -eq 0 ] || fail "$(sunk in reset) resets"
[ "$(sunk in eof)" -eq 0 ] || fail "$(sunk in eof) ends without close_notify"
connections=$(sunk in connections)
[ "$(sunk in resumed)" -ge $((connections * 9 / 10)) ] ||
    fail "$(sunk in resumed) of $connections sessions resumed"
say "$connections sessions, $(sunk in resumed) resumed"
