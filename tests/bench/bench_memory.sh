#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_memory.sh [RECORDS]: the daemon's private memory: at rest, after it has
# polled and delivered; and with many records that wait because the receiver is
# away, or has stopped reading in the middle.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
patience=120
records=${1:-1000000}

# memory WHAT LIMIT_MIB - private memory is what no other process maps, with the
# pages of the spool's file that this one has mapped. LIMIT 0: only said.
memory()
{
	pid=$(cat "$tmp/cefd.pid")
	cat "/proc/$pid/smaps_rollup" "/proc/$pid/status" 2>/dev/null |
	    awk -v what="$1" -v limit="$2" '
	$1 == "Private_Clean:" || $1 == "Private_Dirty:" { private += $2 }
	$1 == "RssAnon:" { anon = $2 }
	END {
		if (!private)
			exit 1
		printf "cefd: %s: %.1f MiB private (%.1f MiB of it anonymous)",
		    what, private / 1024, anon / 1024
		if (limit > 0)
			printf ", under %d MiB: %s", limit,
			    private < limit * 1024 ? "PASS" : "FAIL"
		print ""
	}' || skip "no permission to read /proc/$pid/smaps_rollup"
}

sim --threats 1000 --recipients 3
sink in --count-only
configure
run_cefd
poll
wait_drained
memory "idle, one source and one destination" 12
stop cefd

spool_path=$tmp/full
mkdir "$spool_path"
"$tools/fill" --spool "$spool_path" --queue out --records "$records"
stop in
configure
run_cefd
wait_log cefd 'refused'
memory "$records records queued, receiver away" 32
poll
memory "the same after a poll" 32

sink in --count-only --mode stop-reading-after=$((records / 2))
wait_sunk in records -ge $((records / 2))
memory "the same, after half of it was read" 0
