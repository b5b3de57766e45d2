#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The API refuses one second of two days ago with 400 and the word "retention",
# though it answers for what is older. That is no gap: all else arrives, and that
# second waits. A replay leaves out that second and nothing beside it, however
# near, and says so.
. "$(dirname "$0")/lib.sh"
stamp()
{
	date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}
second=$(($(date +%s) - 2 * 86400 - 4000))
sim --threats 40 --recipients 2 --span 5d --bad-list-says retention
for off in -40 -2 -1 1 2 40; do
	sim_post "add?threats=1&recipients=1&received=$(stamp $((second + off)))"
done
bad=$(sim_ask "add?threats=1&recipients=1&received=$(stamp "$second")")
sim_post "status?threat=$bad&status=No%20Action%20Done&remediated=none"
sim_post "set?bad-list=$(stamp "$second")"
sink in
poll_interval=1s
start=6d
configure
run_cefd

# Those of other seconds have come so often.
others_came()
{
	wait_drained
	sim_get truth | awk -F '\t' -v s="$second" \
	    'int($12 / 1000) != s { print $1 }' | sort -u >"$tmp/others.txt"
	records threat "$tmp/in.out" | value externalId | sort | uniq -c |
	    awk -v n="$1" '$1 >= n { print $2 }' >"$tmp/came.txt"
	[ -z "$(comm -23 "$tmp/others.txt" "$tmp/came.txt")" ]
}

wait_for "the other seconds" others_came 1
[ "$(wc -l <"$tmp/others.txt")" -eq 86 ] || fail "not 86 others"
[ "$(notices gap "$tmp/in.out" | wc -l)" -eq 0 ] || fail "a gap is told"
wait_status pending_retries -eq 1

status=0
ctl replay acme --since="$(stamp $((second - 86400)))" \
    --until="$(stamp $((second + 86400)))" >"$tmp/said.txt" 2>&1 || status=$?
grep -q '1 spans could not be listed' "$tmp/said.txt" ||
    fail "replay: exit $status, $(cat "$tmp/said.txt")"
wait_drained
for off in -40 -2 -1 1 2 40; do
	n=$(records threat "$tmp/in.out" | grep -c "[| ]rt=$((second + off))")
	[ "$n" -eq 2 ] || fail "the message $off s beside it came $n times"
done
[ "$(records threat "$tmp/in.out" | grep -c "[| ]rt=$second")" -eq 0 ] ||
    fail "the second was answered"

sim_post 'set?bad-list=2000-01-01T00:00:00Z'
wait_for "the second is listed" logged cefd 'is listed after all'
settle "$tmp/in.out"
