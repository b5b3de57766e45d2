#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# A destination with `heartbeat` gets a record at the start and at each interval,
# with counters; one without gets none. While the receiver is away, or the
# destination is paused, no second one waits; two heartbeats in a row tell how
# many records were between them, also over a restart; one whose source is
# refused says so. A reload changes the interval.
. "$(dirname "$0")/lib.sh"
make_certs
sink in
main_port=$sink_port
sink quiet
quiet_port=$sink_port
sink_port=$main_port
sim --threats 20
destination_more='heartbeat = 300ms connect-timeout = 1s'
more="destination \"quiet\" {
	servers = {\"127.0.0.1:$quiet_port\"}
	ca-file = \"$certs/ca.pem\"
}"
configure
run_cefd
beats()
{
	notices heartbeat "$tmp/in.out"
}

beaten()
{
	[ "$(beats | wc -l)" -ge "$1" ]
}

# waiting_is NUMBER - of records for the destination
waiting_is()
{
	ctl queue list | grep -q "^out  *[a-z ]*  *$1 "
}

wait_for "three heartbeats" beaten 3
beats | head -n 1 >"$tmp/first.txt"
grep -q '|forwarder-status|Heartbeat|0|' "$tmp/first.txt" ||
    fail "it says: $(cat "$tmp/first.txt")"
grep -q ' AbnormalEmailSequence=0 AbnormalEmailQueued=0 ' "$tmp/first.txt" ||
    fail "the first is not the first: $(cat "$tmp/first.txt")"
grep -q ' AbnormalEmailSources=acme [a-z]* externalId=heartbeat-out-0$' \
    "$tmp/first.txt" || fail "it names: $(cat "$tmp/first.txt")"
head -n "$(wc -l <"$tmp/in.out")" "$tmp/in.out" | "$tools/strict-lines" >"$tmp/strict.txt" ||
    fail "a record is not right"

# The receiver is away for ten intervals: one waits, and goes before the next.
stop in
wait_for "one waits" waiting_is 1
began=$(date +%s)
passed()
{
	[ $(($(date +%s) - began)) -ge 3 ]
}
wait_for "ten intervals pass" passed
waiting_is 1 || fail "more than one waits: $(ctl queue list)"
# Paused and empty, none is put at all.
sink in
wait_drained
rest()
{
	ctl pause out
	waiting_is 0 && return 0
	ctl resume out
	return 1
}
wait_for "it rests with nothing waiting" rest
before=$(beats | wc -l)
began=$(date +%s)
wait_for "ten intervals pass" passed
waiting_is 0 || fail "it beats while paused"
ctl resume out
wait_for "it beats again" beaten $((before + 1))

# Every record of the queue has a number: a restart goes on counting.
settle "$tmp/in.out"
stop cefd
run_cefd
now=$(beats | wc -l)
wait_for "it beats after the restart" beaten $((now + 2))
# In order of arrival: a heartbeat's number is that of the lines before it.
awk '{ if (match($0, / AbnormalEmailSequence=[0-9]+/)) {
	    split(substr($0, RSTART, RLENGTH), part, "=")
	    if (part[2] != NR - 1) {
		print NR ": " $0
		exit 1
	    } } }' "$tmp/in.out" >"$tmp/wrong.txt" ||
    fail "not as many records before it: $(cat "$tmp/wrong.txt")"
[ "$(notices heartbeat "$tmp/quiet.out" | wc -l)" -eq 0 ] ||
    fail "the other one beats"

# A stream beside a good one, without a licence, and refused.
sed -i 's/^source "acme" {/&\n\tstreams = {"threats", "cases"}/' "$tmp/cefd.conf"
says()
{
	beats | tail -n 1 | grep -q "$1"
}
sim_fault 402 cases 0
ctl reload
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
wait_for "it names the stream without a licence" says \
    'act=ok .*AbnormalEmailSources=acme ok; acme/cases unlicensed '
sim_post clear
sim_fault 403 cases 0
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
wait_for "it names the stream that is refused" says \
    'act=trouble .* cs2=acme/cases: HTTP 403.*AbnormalEmailSources=acme ok; acme/cases denied '
sim_post clear

# Refused: the heart goes on, and says why.
sim_fault 401 any 100000
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
ill()
{
	beats | tail -n 1 | grep -q '|Heartbeat|5|.* act=trouble .* cs2=.*401'
}
wait_for "it tells of the refused token" ill

sed -i 's/heartbeat = 300ms/heartbeat = 0s/' "$tmp/cefd.conf"
ctl reload
wait_drained
now=$(beats | wc -l)
began=$(date +%s)
wait_for "ten intervals pass" passed
[ "$(beats | wc -l)" -eq "$now" ] || fail "it beats, though it is off"
