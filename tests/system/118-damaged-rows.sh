#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Bits of the spool's small tables are flipped while cefd is down. What is there
# twice is mended. A cursor that is damaged in both rows is named and listed
# again, and the ledger knows what was sent; of rows of the ledger that are
# damaged just their messages come again, and the log says which. All of it is
# counted.
. "$(dirname "$0")/lib.sh"
make_certs
sink in
sim --threats 100 --recipients 3
configure
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
stop cefd
spoil()
{
	"$tools/spoil" "$tmp/spool/data.mdb" "$@" || fail "spoil $*: exit $?"
}
spoil copy start/out
run_cefd
wait_log cefd 'the row "start/out" was damaged, and is mended'
wait_status damaged -eq 1
stop cefd

run_cefd
wait_status damaged -eq 0
stop cefd
for table in cursor copy; do
	spoil $table cursor/acme/threats/
done
# Every fourth: a threat whose own row is whole is not fetched again.
i=0
while "$tools/spoil" "$tmp/spool/data.mdb" ledger "" $i 2>/dev/null; do
	i=$((i + 4))
done
[ "$i" -ge 400 ] || fail "the ledger has $i rows"
run_cefd
wait_log cefd 'the row "cursor/acme/threats/.*listed once more'
settle "$tmp/in.out"
sim_add 10
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 200
[ "$again" -ge 1 ] || fail "nothing came again"
# The log has no more than 30 lines of a kind in a row.
named=$(count_log cefd 'may be sent again: check the disk id=')
[ "$named" -eq "$again" ] || [ "$named" -eq 30 ] ||
    fail "the log names $named of the $again that came again"
[ "$(status_of damaged)" -ge $((again + 2)) ] || fail "they are not counted"
