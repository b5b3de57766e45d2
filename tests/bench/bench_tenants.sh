#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_tenants.sh [SOURCES]: many tenants in one daemon, all of them idle: what
# each costs in memory, processor, sockets, requests and commits; with the usual
# stream, and with all of them.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
patience=100
sources=${1:-200}
# Polls of the measured stretch come every 10 s, and longer with more streams;
# those of a day every 10 min.
rounds=1
polls_a_day=144
all='{"threats", "cases", "vendor-cases", "abuse-campaigns",'
all="$all"' "abuse-not-analyzed", "audit"}'
say "sh tests/bench/bench_tenants.sh $sources"

# many NUMBER - a daemon with so many sources, and none of them has anything.
many()
{
	rm -rf "$tmp/spool" "$tmp/cefd.log"
	configure
	awk -v last="$1" '
	/^source/ { inside = 1 }
	inside { section = section $0 "\n" }
	inside && /^}/ {
		for (i = 2; i <= last; i++) {
			copy = section
			sub(/"acme"/, "\"tenant-" i "\"", copy)
			more = more copy
		}
		inside = 0
	}
	{ print }
	END { printf "%s", more }' "$tmp/cefd.conf" >"$tmp/many.conf"
	mv "$tmp/many.conf" "$tmp/cefd.conf"
	mkdir "$tmp/spool"
	# Without the lines for each request, that -v would bring.
	start cefd "$cefd" -c "$tmp/cefd.conf"
	wait_log cefd 'ready version'
}

# private - KiB, and how many of them are anonymous.
private()
{
	cat "/proc/$(cat "$tmp/cefd.pid")/smaps_rollup" 2>/dev/null | awk '
	$1 == "Private_Clean:" || $1 == "Private_Dirty:" { private += $2 }
	$1 == "Anonymous:" { anon = $2 }
	END {
		if (!private)
			exit 1
		print private, anon
	}' || skip "no permission to read smaps_rollup"
}

# Hundredths of a second of processor.
clocks()
{
	sed 's/.*) //' "/proc/$(cat "$tmp/cefd.pid")/stat" |
	    awk -v hz="$(getconf CLK_TCK)" '{ print ($12 + $13) * 100 / hz }'
}

sockets()
{
	find "/proc/$(cat "$tmp/cefd.pid")/fd" -lname 'socket:*' | wc -l
}

now_ms()
{
	echo $(($(date +%s%N) / 1000000))
}

requests()
{
	sim_get stats | sed 's/.*"requests":{\([^}]*\)}.*/\1/' | tr ',' '\n' |
	    awk -F : '{ sum += $2 } END { print sum }'
}

polls_are()
{
	[ "$(count_log cefd 'fetched 0 ')" -ge "$1" ]
}

# idle NUMBER - memory of so many sources after they were polled twice.
idle()
{
	poll_interval=10m
	many "$1"
	begun=$(now_ms)
	ctl poll >/dev/null || fail "cefctl poll"
	all_ms=$(($(now_ms) - begun))
	ctl poll >/dev/null || fail "cefctl poll"
	private >"$tmp/private.$1"
	open=$(sockets)
	stop cefd
}

# tenants WHAT STREAMS COUNT - STREAMS may be empty, for the default.
tenants()
{
	sim --threats 0
	sink in --count-only
	source_more=${2:+streams = $2}
	idle 1
	one=$open
	idle "$sources"
	cat "$tmp/private.1" "$tmp/private.$sources" |
	    awk -v what="$1" -v n="$sources" '
	NR == 1 { one = $1; anon = $2 }
	NR == 2 {
		each = ($1 - one) / (n - 1)
		printf "cefd: %s: %.1f KiB private a source (%.1f of it " \
		    "anonymous), at most 128: %s; %.1f MiB with 1, %.1f " \
		    "with %d\n", what, each, ($2 - anon) / (n - 1),
		    each <= 128 ? "PASS" : "FAIL", one / 1024, $1 / 1024, n
	}'
	echo "cefd: $1: all $sources polled once in $all_ms ms;" \
	    "$open open sockets, $one with one source"
	stretch "$1" "$3"
	stop in
	stop sim
}

# stretch WHAT COUNT - what a poll costs, from many that find nothing.
stretch()
{
	poll_interval=$((8 + 2 * $2))s
	many "$sources"
	each_round=$((sources * $2))
	wait_for "all were polled" polls_are "$each_round"
	begun_clocks=$(clocks)
	begun_requests=$(requests)
	begun_polls=$(count_log cefd 'fetched 0 ')
	wait_for "all were polled again" polls_are \
	    $((begun_polls + rounds * each_round))
	ended_clocks=$(clocks)
	ended_requests=$(requests)
	ended_polls=$(count_log cefd 'fetched 0 ')
	stop cefd
	awk -v what="$1" -v clocks="$(echo "$begun_clocks $ended_clocks" |
	    awk '{ print $2 - $1 }')" -v day="$polls_a_day" -v streams="$2" \
	    -v requests=$((ended_requests - begun_requests)) \
	    -v polls=$((ended_polls - begun_polls)) '
	BEGIN {
		polls /= streams
		printf "cefd: %s: %.2f s of processor a source and day, " \
		    "%.1f requests a poll (%d polls took %.2f s; %d polls " \
		    "a day)\n", what, clocks / 100 / polls * day,
		    requests / polls, polls, clocks / 100, day
	}'
}

tenants "threats" "" 1
tenants "all streams" "$all" 6
