#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_backlog.sh [RECORDS]: a backlog drains over TLS while a source is polled
# every second and brings something each time; the longest turn of the loop, and
# what the spool's file takes before, at the end and once disk has been given
# back. As after any backlog that was fetched, the ledger has a row a record.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
patience=600
records=${1:-2000000}
limit_ms=50

disk_mib()
{
	du -m "$tmp/spool/data.mdb" | cut -f 1
}

small()
{
	[ "$(disk_mib)" -lt $((before / 4)) ]
}

# The large file has no name any more, but may still be there: a child of
# cefd's frees it.
freed()
{
	! find /proc/[0-9]*/fd -lname "$tmp/spool/data.mdb*deleted*" 2>&1 |
	    grep -q "$tmp"
}

make_certs
mkdir -p "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue out --records "$records" \
    --ledger ||
    fail "fill"
before=$(disk_mib)
sink in --count-only
sim --threats 2000 --recipients 2
poll_interval=1s
quota=16GiB
configure
began=$(date +%s%N)
run_cefd
while sim_add 5; do sleep 1; done >"$tmp/adder.log" 2>&1 &
adder=$!
wait_sunk in records -ge "$records"
wait_drained
took=$((($(date +%s%N) - began) / 1000000))
after=$(disk_mib)
kill "$adder"
wait_for "the file is small" small
wait_for "the large one is freed" freed
turn=$(status_of longest_turn_ms)
polls=$(count_log cefd 'fetched [0-9]* threats')
say "$records records in $took ms, $polls polls meanwhile"
say "spool: $before MiB full, $after MiB drained, $(disk_mib) MiB in the end"
awk -v turn="$turn" -v limit="$limit_ms" 'BEGIN {
	printf "bench_backlog: longest turn %.1f ms: %s (at most %d)\n", turn,
	    turn <= limit ? "PASS" : "FAIL", limit
}'
