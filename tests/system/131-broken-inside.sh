#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# What the API gives is JSON, and broken inside. A list with an entry that has no
# id is no list: it is told and asked for again, and loses nothing. A message
# that is none beside a good one, and an entry of the audit log, are counted and
# told in a record, once however often they are looked at; a replay says that it
# could not send it. Links without their list are not "no links", and a detail
# that shows none of the recipients that it counts is not whole: both are asked
# for again soon.
. "$(dirname "$0")/lib.sh"

# broken ENDPOINT COUNT BODY - what it answers from now on.
broken()
{
	body=$(printf %s "$3" | od -An -v -tx1 | tr -d '\n' | sed 's/ /%/g')
	sim_fault body "$1" "$2" "body=$body${4:+&$4}"
}

sim --threats 0
sink in
start=2d
lag=1s
poll_interval=1s
source_more='streams = {"threats", "audit"}'
bad=$(sim_ask 'add?threats=1&recipients=1&received=-600s')
broken detail 0 "{\"threatId\":\"$bad\",\"messages\":[7,{
	\"abxMessageIdStr\":\"41\",\"recipientAddress\":\"a@corp.example\"}]}" \
    "id=$bad"
broken audit 0 '{"auditLogs":[null]}'
configure
run_cefd
told()
{
	[ "$(ctl status --json | grep -o '"given_up": *[1-9]' | tr -d ' \n')" = \
	    '"given_up":2"given_up":1"given_up":1' ]
}
wait_for "both are counted" told
poll
wait_drained
[ "$(records threat "$tmp/in.out" | value externalId)" = 41 ] ||
    fail "the good message did not come"
poll
poll
wait_drained
[ "$(notices given-up "$tmp/in.out" | wc -l)" -eq 2 ] ||
    fail "$(notices given-up "$tmp/in.out" | wc -l) notices, not 2"
notices given-up "$tmp/in.out" | grep -q "externalId=$bad" ||
    fail "no notice names $bad"
told || fail "they are counted again"
status=0
ctl replay acme --since=1h >"$tmp/said.txt" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "the replay: exit $status"
grep -q 'threats: 1 records could not be sent' "$tmp/said.txt" ||
    fail "the replay: $(cat "$tmp/said.txt")"
sim_post clear
sim_post "fault?on=detail&kind=404&count=0&id=$bad"

source_more="$source_more
	enrich = {\"links\"}"
configure
broken links 0 '{"error":"internal"}'
ctl reload >>"$tmp/poll.log" || fail "reload"
linked=$(sim_ask 'add?threats=1&recipients=1&received=-600s')
wait_log cefd "links of $linked cannot be had.*for now.*no \"links\""
sim_post clear

broken detail 0 '{"recipientCount":3,"messages":[]}'
none=$(sim_ask 'add?threats=1&recipients=3&received=-600s')
wait_log cefd "shows none of 3 recipients id=$none"
wait_status shortfalls -ge 1
sim_post clear
sim_post "fault?on=detail&kind=404&count=0&id=$bad"
sim_post 'set?skew=30s'
has_three()
{
	[ "$(records threat "$tmp/in.out" | grep -c "flexString1=$none")" -eq 3 ]
}
wait_for "what was empty comes" has_three

broken list 6 '{"threats":[{"id":"x"}]}'
late=$(sim_ask 'add?threats=1&recipients=1')
wait_log cefd '1 of its 1 entries have no usable "threatId"'
came()
{
	records threat "$tmp/in.out" | grep -q "flexString1Label=ThreatId flexString1=$late"
}
wait_for "what was listed without an id comes" came
