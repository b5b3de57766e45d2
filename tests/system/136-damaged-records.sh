#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# Records that are damaged on the disk while they wait are told wherever one
# looks: in the log, in status and in its JSON. All others
# arrive.
. "$(dirname "$0")/lib.sh"
make_certs
sink in
sim --threats 1
source_more='enabled = false'
configure
mkdir -p "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue out --records 1000 --size 700 ||
    fail "fill"
grep -aq 'externalId=500[^0-9]' "$tmp/spool/data.mdb" || fail "no record 500"
LC_ALL=C sed -i 's/externalId=50[01]/externalId=5x1/g' "$tmp/spool/data.mdb"
run_cefd
wait_drained
check_filled "$tmp/in.out" 1000 0 2 || fail "not as it was"
wait_log cefd '"out": 2 records of its queue were damaged on the disk'
[ "$(count_log cefd 'were damaged on the disk')" -eq 1 ] || fail "told again"
wait_status set_aside -eq 2
ctl status >"$tmp/status" || fail "status: exit $?"
grep -q 'out: warning: 2 records were damaged on the disk and perhaps not sent' \
    "$tmp/status" || fail "status does not tell"
