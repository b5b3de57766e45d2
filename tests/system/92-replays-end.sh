#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A replay ends once. One of a destination that is added later is not repeated
# for a detail that is gone, nor for another stream that is refused; it begins by
# the API's clock, and ends there: what came since the last poll comes with it, and
# not again by the next. One that the API refuses is a failure after few requests,
# and one of what the API has in part says which part it has not.
. "$(dirname "$0")/lib.sh"
make_certs
sink second
second_port=$sink_port
sink in
now=$(($(date +%s) + 86400))
sim --skew 86400s --threats 30 --recipients 2 --span 20h \
    --base "$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)"
start=3d
poll_interval=10m
source_more='streams = {"threats", "vendor-cases"}'
configure
run_cefd
settle "$tmp/in.out"
gone=$(sim_get truth | head -n 1 | cut -f4)
sim_post "fault?on=detail&kind=404&count=0&id=$gone"
sim_post "fault?on=vendor-cases&kind=403&count=0"
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
sim_add 5
more="destination \"second\" {
	servers = {\"127.0.0.1:$second_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
	start = \"2d\"
}"
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
wait_log cefd '"second" has its past records=68'
wait_log cefd '"second" lacks some of its past: threats: 1 details'
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
wait_drained
# Longer than it took to look again.
looked=$(count_log cefd 'is new: fetching.*stream=threats')
[ "$looked" -eq 1 ] || fail "the past was fetched $looked times"
[ -z "$(records threat "$tmp/second.out" | value externalId | sort | uniq -d)" ] ||
    fail "something came twice"

sim_post "fault?on=list&kind=400&count=0"
asked=$(sim_count list)
status=0
ctl replay acme --since=30d --to=out >"$tmp/said.txt" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "what is refused: exit $status"
grep -q 'HTTP 400.*simulated fault' "$tmp/said.txt" ||
    fail "what is refused: $(cat "$tmp/said.txt")"
asked=$(($(sim_count list) - asked))
[ "$asked" -le 40 ] || fail "$asked lists were asked for"
