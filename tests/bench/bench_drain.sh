#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_drain.sh [RECORDS [ROUNDS]]: a full queue is drained over TLS to a
# receiver that only counts, in turns: by a bare SSL_write loop, by cefd's sender,
# and by rsyslog and syslog-ng from disk queues that were filled while the
# receiver was away.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
. "$(dirname "$0")/others.sh"
patience=300
records=${1:-500000}
rounds=${2:-5}
size=700

# A round of ours: both rates, and their ratio.
own_round()
{
	sink sink --count-only
	"$tools/bench_drain" -p "$sink_port" -a "$certs/ca.pem" \
	    -f "$tools/fill" -n "$records" -s "$size" -r 1 -o "$tmp/own" \
	    >"$tmp/own.log" || fail "bench_drain"
	stop sink
	read -r sender bare <"$tmp/own"
	echo "$sender" >>"$tmp/sender.rates"
	echo "$bare" >>"$tmp/bare.rates"
	echo "$sender $bare" | awk '{ printf "%.3f\n", $1 / $2 }' \
	    >>"$tmp/own.ratios"
}

# Timed from the first octet of the handshake that the receiver sees to the
# last octet of the last record.
other_round()
{
	run_other "$1" "$records" "$size"
	sink other --count-only --listen "127.0.0.1:$out_port"
	wait_sunk other records -ge "$records"
	stop other
	awk -v n="$records" -v ns="$(sunk other busy_ns)" \
	    'BEGIN { printf "%.0f\n", n * 1e9 / ns }' >>"$tmp/$1.rates"
	kill9 "$1"
}

# row NAME FILE
row()
{
	middle "$2" | {
		read -r median span
		printf 'bench_drain: %-36s %10d records/s (%s)\n' "$1" \
		    "$median" "$span"
	}
}

# verdict WHAT RATIO LEAST
verdict()
{
	echo "$2 $3" | awk -v what="$1" '{
		printf "bench_drain: %s: %.2f, at least %.1f: %s\n", what, $1,
		    $2, ($1 >= $2 ? "PASS" : "FAIL")
	}'
}

make_certs
find_others
round=0
while [ "$round" -lt "$rounds" ]; do
	own_round
	for other in $others; do
		other_round "$other"
	done
	round=$((round + 1))
done
say "$records records of $size octets, $rounds rounds in turns; medians"
row "bare SSL_write loop, from memory" "$tmp/bare.rates"
row "cefd's sender, spooled and confirmed" "$tmp/sender.rates"
best=0
for other in $others; do
	row "$(name_of "$other"), disk queue" "$tmp/$other.rates"
	rate=$(middle "$tmp/$other.rates" | cut -d ' ' -f 1)
	[ "$rate" -le "$best" ] || best=$rate
done
grep 'sessions$' "$tmp/own.log"
verdict "sender / bare loop" "$(middle "$tmp/own.ratios" | cut -d ' ' -f 1)" 0.4
[ "$best" -eq 0 ] ||
    verdict "sender / the better of the others" "$(
        middle "$tmp/sender.rates" | awk -v best="$best" '{ print $1 / best }'
    )" 5
