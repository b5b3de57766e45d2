# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The API keeps three days and answers a list from before with 400, while the
# first poll shall begin ten days ago. All that was received in the three days
# arrives, once; one notice tells the gap, from where the poll began to within a
# minute of what the API still has. Finding that out takes few requests: both
# filter keys halve ten days down to a minute, 14 times with two questions each
# at most, and look back over three days. Before that it refuses every list
# without a word on why: that is a failure, and no end of the data.
. "$(dirname "$0")/lib.sh"
day=86400
began=$(date +%s)
sim --threats 150 --recipients 2 --span 9d --retention 3d
sink in
start=10d
configure
sim_fault 400 list 0
run_cefd
refused_twice()
{
	[ "$(count_log cefd 'the API refuses the question.*trying again')" -ge 2 ]
}
wait_for "two polls that are refused whole" refused_twice
sim_post clear
refused=$(sim_count list)
say "$refused lists refused"

# kept - of the truth what the API keeps beyond doubt; TAB-separated.
kept()
{
	sim_get truth | awk -F '\t' -v from="$((began - 3 * day + 120))" \
	    '$12 >= from * 1000 { print $1 }' | sort -u
}

all_kept()
{
	poll
	wait_drained
	kept >"$tmp/kept.txt"
	value externalId <"$tmp/in.out" | sort -u >"$tmp/came.txt"
	[ -z "$(comm -23 "$tmp/kept.txt" "$tmp/came.txt")" ]
}
wait_for "what the API keeps" all_kept
[ "$(wc -l <"$tmp/kept.txt")" -ge 50 ] || fail "the API keeps too little"
lists=$(($(sim_count list) - refused))
say "$lists lists, $(wc -l <"$tmp/kept.txt") messages are kept"
[ "$lists" -le $((2 * 2 * 14 + 10)) ] || fail "$lists lists"

notices gap "$tmp/in.out" >"$tmp/gaps.txt"
[ "$(wc -l <"$tmp/gaps.txt")" -eq 1 ] ||
    fail "$(wc -l <"$tmp/gaps.txt") notices of the gap, not 1"
from=$(($(value start <"$tmp/gaps.txt") / 1000 - began + 10 * day))
to=$(($(value end <"$tmp/gaps.txt") / 1000 - began + 3 * day))
spent=$(($(date +%s) - began))
[ "$from" -ge 0 ] && [ "$from" -le "$spent" ] ||
    fail "the gap begins $from s after the start"
[ "$to" -ge 0 ] && [ "$to" -le $((spent + 61)) ] ||
    fail "the gap ends $to s after what the API keeps"

# Nothing is invented and nothing comes twice, and the next polls do not stumble
# over the gap again.
records threat "$tmp/in.out" | states >"$tmp/came.txt"
[ -z "$(sort "$tmp/came.txt" | uniq -d)" ] || fail "something came twice"
truth | sort >"$tmp/truth.txt"
[ -z "$(sort "$tmp/came.txt" | comm -23 - "$tmp/truth.txt")" ] ||
    fail "something was invented"
lists=$(sim_count list)
poll
[ $(($(sim_count list) - lists)) -le 10 ] ||
    fail "$(($(sim_count list) - lists)) lists in a later poll"
[ "$(count_log cefd 'cannot be had any more')" -le 2 ] ||
    fail "the gap is told again"
