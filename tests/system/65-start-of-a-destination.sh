#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Destinations that are added later: one begins at now, one with the last seven
# days, which are fetched again for it alone and once, whatever is reloaded or
# started again. The one that was there before gets nothing twice. One that is
# taken out before it has its past gets the rest once it is put back, at once,
# and what came new meanwhile.
. "$(dirname "$0")/lib.sh"
make_certs
sink past
past_port=$sink_port
sink now
now_port=$sink_port
sink late
late_port=$sink_port
sink in
sim --threats 100 --recipients 2
destination_more='start = "7d"' # nothing has begun: no second fetch
configure
run_cefd
settle "$tmp/in.out"
[ "$(wc -l <"$tmp/in.out")" -eq 200 ] || fail "$(wc -l <"$tmp/in.out") came"

more="destination \"past\" {
	servers = {\"127.0.0.1:$past_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
	start = \"8d\"
}
destination \"now\" {
	servers = {\"127.0.0.1:$now_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
}"
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
wait_log cefd '"past" has its past'
wait_drained
grep -v 'forwarder-status' "$tmp/past.out" >"$tmp/real.txt"
check_arrived "$tmp/real.txt" 0
stop cefd
run_cefd
poll
ctl reload >>"$tmp/poll.log" || fail "reload"
sim_add 10
settle "$tmp/in.out"
wait_drained
[ "$(count_log cefd 'is new: fetching')" -eq 1 ] || fail "it was fetched again"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/now.out")" -eq 20 ] || fail "now: $(wc -l <"$tmp/now.out")"
grep -v 'forwarder-status' "$tmp/past.out" >"$tmp/real.txt"
check_arrived "$tmp/real.txt" 0

# One is out for a life, and back by a restart: what it misses is told, once.
before=$(wc -l <"$tmp/now.out")
both=$more
more=${more%%destination \"now\"*}
stop cefd
configure
run_cefd
sim_add 5
settle "$tmp/in.out"
stop cefd
more=$both
configure
run_cefd
wait_log cefd 'destination "now" is back'
poll
stop cefd
run_cefd
poll
[ "$(count_log cefd 'is back, and goes on')" -eq 1 ] ||
    fail "a destination's absence is not told once"
wait_drained
[ "$(wc -l <"$tmp/now.out")" -eq "$before" ] || fail "it got what it was out for"

# So slow that the fetching is not over before it is out.
sim_post 'set?latency=500ms'
more="$both
destination \"late\" {
	servers = {\"127.0.0.1:$late_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
	start = \"8d\"
}"
all=$more
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
met=$(date +%s)
wait_log cefd '"late" is new: fetching'
more=$both
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
wait_log cefd '"late" is out before it has all of its past'
sim_post 'set?latency=0ms'
# Later than what was owed when it was met.
later()
{
	[ "$(date +%s)" -gt $((met + 5)) ]
}
wait_for "it is later" later
sim_add 5
settle "$tmp/in.out"
more=$all
configure
back=$(date +%s)
ctl reload >>"$tmp/poll.log" || fail "reload"
wait_log cefd '"late" has its past'
[ "$(date +%s)" -lt $((back + 30)) ] || fail "it waited for its past"
wait_drained
grep -v 'forwarder-status' "$tmp/late.out" >"$tmp/real.txt"
check_arrived "$tmp/real.txt" 0
[ "$(count_log cefd '"late" is back, and goes on')" -eq 0 ] ||
    fail "it is told to lack what it has"
[ "$(count_log cefd '"late" is back: what came')" -eq 1 ] || fail "not told"
