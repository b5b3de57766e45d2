#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_start.sh [RECORDS [ROUNDS]]: how long `cefd --check` takes, and how long
# cefd takes to say READY=1 to its supervisor, with many records that wait.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
records=${1:-1000000}
rounds=${2:-11}
limit_ms=100

# timed WHAT COMMAND... - the median of the milliseconds that COMMAND prints.
timed()
{
	what=$1
	shift
	: >"$tmp/times"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		"$@" >>"$tmp/times" 2>"$tmp/said.log" || fail "$what"
		round=$((round + 1))
	done
	sort -n "$tmp/times" | awk -v what="$what" -v limit="$limit_ms" '
	{ ms[NR] = $1 }
	END {
		median = ms[int((NR + 1) / 2)]
		printf "%s: %.1f ms (%.1f-%.1f, %d rounds), under %d ms: %s\n",
		    what, median, ms[1], ms[NR], NR, limit,
		    median < limit ? "PASS" : "FAIL"
	}'
}

make_certs
sink_port=$(free_port)
mkdir "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue out --records "$records"
configure
timed "cefd --check, $records records queued" \
    "$tools/bench_ready" "$cefd" --check -c "$tmp/cefd.conf"
timed "cefd to READY=1, $records records queued" \
    "$tools/bench_ready" -n "$cefd" -c "$tmp/cefd.conf"
