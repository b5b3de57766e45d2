#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A destination that is paused gets nothing, through a restart too, while the
# one beside it goes on and the intake does not notice. Resumed, it gets all.
. "$(dirname "$0")/lib.sh"
make_certs
sink rest
rest_port=$sink_port
sink in
sim --threats 0
more="destination \"rest\" {
	servers = {\"127.0.0.1:$rest_port\"}
	ca-file = \"$certs/ca.pem\"
}"
configure
run_cefd
ctl pause rest || fail "pause: exit $?"
sim_add 100 recipients=3
settle_in()
{
	poll
	! missing "$tmp/in.out"
}
wait_for "the other has all" settle_in
[ ! -s "$tmp/rest.out" ] || fail "the paused one got something"
[ "$(status_of state)" = paused ] || fail "it is $(status_of state)"
stop cefd
run_cefd
wait_log cefd '"rest" is paused'
ctl send-test rest 2>"$tmp/why.txt" && fail "a test was confirmed"
grep -q 'is paused' "$tmp/why.txt" || fail "$(cat "$tmp/why.txt")"
status=0
ctl pause nobody 2>"$tmp/why.txt" || status=$?
[ "$status" -eq 64 ] || fail "pause nobody: exit $status"
[ ! -s "$tmp/rest.out" ] || fail "the paused one got something"
ctl resume rest || fail "resume: exit $?"
wait_drained
grep -v 'cat=test ' "$tmp/rest.out" >"$tmp/real.txt"
check_arrived "$tmp/real.txt" 0
check_arrived "$tmp/in.out" 0
