#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# 300 ms each way between cefd and its receiver, for the handshake, the records
# and the end of a session: 30,000 records in sessions of 10,000 arrive, each
# once and confirmed by close_notify, and so does what the API shows meanwhile, in
# six sessions at most.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
sim --threats 100 --recipients 3
sink in
badlink "$sink_port" 'delay=300'
servers="\"127.0.0.1:$badlink_port\""
destination_more='session-records = 10000'
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 30000
run_cefd
poll
wait_drained
grep -a 'fill\.example' "$tmp/in.out" >"$tmp/backlog.txt"
grep -a -v 'fill\.example' "$tmp/in.out" >"$tmp/fetched.txt"
check_filled "$tmp/backlog.txt" 30000 0
check_arrived "$tmp/fetched.txt" 0
[ "$(status_of confirm_level)" = close-notify ] || fail "confirm level"
say "$(sunk in connections) sessions"
[ "$(sunk in connections)" -le 6 ] || fail "$(sunk in connections) sessions"
