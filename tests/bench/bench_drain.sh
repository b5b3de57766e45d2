#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A full queue is drained over TLS to a receiver that only counts: by cefd's
# sender, in turns with a bare SSL_write loop; then the same records by rsyslog
# and by syslog-ng from their disk queues, to the same receiver.
# bench_drain.sh [RECORDS [ROUNDS]]
. "$(dirname "$0")/../system/lib.sh"
patience=300
records=${1:-500000}
rounds=${2:-7}
size=700
others=3
syslog_ng=${SYSLOG_NG:-$top_builddir/tests/system/syslog-ng}/syslog-ng
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR

# rate - records/s that the receiver saw, from its first octet to its last.
rate()
{
	awk -v n="$records" -v ns="$(sunk other busy_ns)" \
	    'BEGIN { printf "%.0f\n", n * 1e9 / ns }'
}

# other NAME START - fill NAME's disk queue while the receiver is away, let it
# come, and time what follows. START writes the configuration and starts it.
other()
{
	other_port=$(free_port)
	in_port=$(free_port)
	rm -rf "$tmp/queue"
	mkdir "$tmp/queue"
	"$2"
	wait_for "$1 listens" sh -c ": </dev/tcp/127.0.0.1/$in_port" ||
	    return 1
	"$tools/bench_feed" -p "$in_port" -f "$tools/fill" -n "$records" \
	    -s "$size"
	rm -f "$tmp/other.out"
	sink other --count-only --listen "127.0.0.1:$other_port"
	wait_sunk other records -ge "$records"
	rate >>"$tmp/$1.rates"
	stop "$1"
	stop other
}
