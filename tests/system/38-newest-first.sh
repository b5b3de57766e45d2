# SPDX-License-Identifier: Apache-2.0
# limit: 200
# cefd was away for five days, and 60 threats with 2 recipients came in each of
# them. With catch-up = "newest-first" the records of the newest day come first
# and then those of each day before (two requests are under way, so a detail may
# be overtaken), also when cefd is killed with -9 on its way.
# The receiver is away until then, so that nothing comes twice; all 600 arrive.
. "$(dirname "$0")/lib.sh"
day=86400
make_certs
sink_port=$(free_port)
sim --threats 0 --skew -5d
start=1h
source_more='catch-up = "newest-first" max-in-flight = 2'
configure
run_cefd
poll
left=$(date +%s)
stop cefd
sim_post 'set?skew=0s'
for ago in 1 2 3 4 5; do
	sim_post "add?threats=60&recipients=2&spread=20h\
&received=-$(((ago * 24 - 23) * 3600))s"
done
sim_post 'set?latency=40ms'
before=$(sim_count detail)

run_cefd
wait_log cefd 'committed .* holes=[1-9]'
kill9 cefd
first=$(($(sim_count detail) - before))
[ "$first" -lt 240 ] || fail "$first of 300 were fetched before the kill"
sim_post 'set?latency=0s'
echo "$sink_port" >"$tmp/in.port"
sink in
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
logged cefd "window begins: a hole that was left" || fail "no hole is told"

# The days in the order in which they began, and how many records of each. When
# the first detail of a day is asked for, one of the newer day may be under way.
value rt <"$tmp/in.out" | awk -v left="$left" -v day="$day" '
	{
		at = int(($0 / 1000 - left) / day + 5)
		if (!seen[at]++)
			days[++count] = lowest = at
		behind += at > lowest
	}
	END {
		for (i = 1; i <= count; i++)
			printf "%d of day %d, ", seen[days[i]], days[i]
		print ""
		print behind
	}' >"$tmp/days.txt"
days=$(sed -n 1p "$tmp/days.txt")
behind=$(sed -n 2p "$tmp/days.txt")
say "$first requests before the kill; came $days$behind behind an older one"
[ "$days" = "120 of day 4, 120 of day 3, 120 of day 2, 120 of day 1, \
120 of day 0, " ] || fail "the records came as $days"
[ "$behind" -le $((4 * 2)) ] || fail "$behind came behind an older day's"
