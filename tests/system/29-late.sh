# SPDX-License-Identifier: Apache-2.0
# limit: 120
# What the API shows late. 20 threats with 3 recipients are known when 5 more
# appear that were received two days ago and never remediated: no filter but
# that of the overlap finds them, and one poll brings their 15 records. A
# recipient more of a known threat, received two days ago and remediated now; a
# new threat that nobody remediates; a status that goes from A to B and back to
# A, polled at each step. Each makes its records, in order, and two restarts and
# a kill -9 bring none of them again.
. "$(dirname "$0")/lib.sh"
sim --threats 20 --recipients 3 --span 1h
sink in
start=7d
configure
run_cefd
settle "$tmp/in.out"

# never_remediated THREAT... - as in a tenant where nobody does.
never_remediated()
{
	for threat; do
		sim_post "status?threat=$threat&status=No%20Action%20Done"
	done
}

# shellcheck disable=SC2046 # one word each
never_remediated $(sim_ask 'add?threats=5&received=-2d&spread=1h')
poll
wait_drained
! missing "$tmp/in.out" || fail "what appeared late is missing:" \
    "$(wc -l <"$tmp/missing.txt")"

known=$(sim_get truth | awk -F '\t' 'NR == 1 { print $4 }')
message=$(sim_ask "recipient?threat=$known&received=-2d" | cut -f 1)
sim_post "status?id=$message&status=Post%20Remediated"
settle "$tmp/in.out"
# shellcheck disable=SC2046
never_remediated $(sim_ask 'add?threats=1&received=now')
settle "$tmp/in.out"

# By its number: the last state is like one that has been there.
came()
{
	poll
	wait_drained
	[ "$(wc -l <"$tmp/in.out")" -eq "$1" ]
}
lines=$(wc -l <"$tmp/in.out")
for status in Manually%20Remediated Auto-Remediated Manually%20Remediated; do
	sim_post "status?id=$message&status=$status"
	lines=$((lines + 1))
	wait_for "the status $status" came "$lines"
done
check_arrived "$tmp/in.out" 0
[ "$lines" -eq $((60 + 15 + 1 + 3 + 3)) ] || fail "$lines lines"
flap=$(grep "externalId=$message\$" "$tmp/in.out" | value act | tr '\n' ,)
[ "$flap" = "Post Remediated,Manually Remediated,Auto-Remediated,Manually \
Remediated," ] || fail "the statuses came as $flap"

for signal in TERM KILL TERM; do
	end cefd "$signal"
	run_cefd
	poll
	wait_drained
	[ "$(wc -l <"$tmp/in.out")" -eq "$lines" ] ||
	    fail "$(wc -l <"$tmp/in.out") lines after SIG$signal, not $lines"
done
