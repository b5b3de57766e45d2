#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# SIGTERM in the middle of a session: cefd ends the session that runs, waits for
# the receiver's answer and exits with 0; what was not sent stays, and the next
# life sends it. 20,000 records, a slow receiver, none twice. What the end of the
# session has shown of the receiver is stored before cefd ends.
. "$(dirname "$0")/lib.sh"
sink in --mode slow=600000 --rcvbuf 16384
destination_more='session-records = 4000'
source_more='enabled = false'
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 20000 --size 300
run_cefd
wait_sunk in records -ge 1000
stop cefd
[ "$status" -eq 0 ] || fail "cefd: exit $status"
wait_sunk in open -eq 0
[ "$(wc -l <"$tmp/in.out")" -eq 4000 ] || fail "not one session"
"$tools/spoil" "$tmp/spool/data.mdb" cursor habit/out/ || fail "spoil: exit $?"
run_cefd
wait_sunk in records -ge 9000
stop cefd
[ "$status" -eq 0 ] || fail "cefd: exit $status"
wait_sunk in open -eq 0
some=$(wc -l <"$tmp/in.out")
[ "$some" -lt 20000 ] || fail "it was all sent before SIGTERM came"
[ $((some % 4000)) -eq 0 ] || fail "the session was cut at $some"
run_cefd
wait_drained
check_filled "$tmp/in.out" 20000 0
