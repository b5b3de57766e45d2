#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_backfill.sh [THREATS]: a backfill within a budget that the API enforces,
# with `cefctl test` in the middle of it; then without a budget, by how many
# requests may be in flight. THREATS may be in the environment, too. FLIGHTS="8
# 32" does only the second part, with these.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
threats=${1:-${THREATS:-2000}}
per_minute=300
latency=200ms
looks=5
patience=$((threats / 2 + 120))
say "THREATS=$threats sh tests/bench/bench_backfill.sh"

# fetch FLIGHT PER_MINUTE THREATS - a daemon with an empty spool, and as many
# threats that it has never seen, spread over six days.
fetch()
{
	rm -rf "$tmp/spool" "$tmp/cefd.log"
	sim --threats "$3" --span 6d --latency "$latency" --rate "$2"
	sink in --count-only
	source_more="max-in-flight = $1"
	requests_per_minute=$2
	configure
	run_cefd
}

# fetched THREATS - "REQUESTS SECONDS" of the poll that has ended.
fetched()
{
	digits='\([0-9.]*\)'
	seen=".*: fetched $1 threats .* requests=$digits.* seconds=$digits.*"
	sed -n "s/$seen/\1 \2/p" "$tmp/cefd.log" | grep . ||
	    fail "not $1 threats were fetched"
}

end_all()
{
	stop cefd
	stop in
	stop sim
}

# A number of the simulator's statistics.
sim_count()
{
	sim_get stats | sed -n 's/.*"'"$1"'":\([0-9]*\).*/\1/p'
}

sim_all_requests()
{
	sim_get stats | sed 's/.*"requests":{\([^}]*\)}.*/\1/' | tr ',' '\n' |
	    awk -F : '{ sum += $2 } END { print sum }'
}

# test_times FILE - milliseconds of `cefctl test`, some times over; so far
# apart that the reserve is there again.
test_times()
{
	: >"$1"
	look=0
	while [ "$look" -lt "$looks" ]; do
		sleep 2
		begun=$(date +%s%N)
		ctl test acme >>"$tmp/test.log" || fail "cefctl test"
		ended=$(date +%s%N)
		echo $(((ended - begun) / 1000000)) >>"$1"
		look=$((look + 1))
	done
	sort -n "$1" | awk '
	{ ms[NR] = $1 }
	END {
		printf "%d ms (%d-%d, %d times)\n", ms[int((NR + 1) / 2)],
		    ms[1], ms[NR], NR
	}' >"$1.said"
}

backfill()
{
	fetch 4 "$per_minute" "$threats"
	wait_for "the backfill is on its way" far_on $((threats / 5))
	before=$(sim_all_requests)
	test_times "$tmp/busy"
	! logged cefd ': fetched' || fail "it ended too early: more THREATS"
	wait_log cefd ': fetched'
	requests=$(sim_all_requests)
	refused=$(sim_count rate_limited)
	test_times "$tmp/idle"
	fetched "$threats" | awk -v n="$threats" -v all="$requests" \
	    -v per_minute="$per_minute" '
	{
		ratio = $2 / (all / per_minute * 60)
		printf "cefd: %d threats at %d requests/min: %d requests in " \
		    "%.1f s, %.3f of what the budget allows, at most 1.05: " \
		    "%s\n", n, per_minute, all, $2, ratio,
		    ratio <= 1.05 ? "PASS" : "FAIL"
	}'
	echo "cefd: the most requests in 60 s: $(sim_count max_in_60s)," \
	    "answers 429: $refused, none: $(verdict "$refused" -eq 0)"
	echo "cefctl test: $(cat "$tmp/busy.said") in the middle of it," \
	    "$(cat "$tmp/idle.said") without load"
	end_all
	[ "$refused" -eq 0 ] || fail "$refused answers were 429"
}

far_on()
{
	[ "$(sim_count detail)" -ge "$1" ]
}

verdict()
{
	if [ "$@" ]; then echo PASS; else echo FAIL; fi
}

# flight NUMBER THREATS - without a budget. The step is from the rate of
# requests: fewer threats are enough for the first.
flight()
{
	fetch "$1" 0 "$2"
	poll
	fetched "$2" >"$tmp/flight"
	[ "$1" -gt 1 ] || cp "$tmp/flight" "$tmp/alone"
	cat "$tmp/alone" "$tmp/flight" | awk -v n="$1" -v threats="$2" '
	NR == 1 { alone = $1 / $2 }
	NR == 2 {
		step = $1 / $2 / alone / n
		printf "cefd: no budget, %d in flight: %d threats in %.1f s, " \
		    "%.1f requests/s, %.2f of %d times one, at least 0.95: " \
		    "%s\n", n, threats, $2, $1 / $2, step, n,
		    (step >= 0.95) ? "PASS" : "FAIL"
	}'
	end_all
}

[ -n "${FLIGHTS:-}" ] || backfill
flight 1 $((threats / 10))
for number in ${FLIGHTS:-2 4 8 16 32}; do
	flight "$number" "$threats"
done
