# SPDX-License-Identifier: Apache-2.0
# limit: 160
# Six streams, of which three are in trouble: no licence for cases (402), no
# permission for audit (403), a server that fails for vendor cases (500). The 40
# threats with 2 recipients, 15 campaigns and 10 reports arrive all the same, and
# status says of each stream how it is. Without a licence alone a poll by hand
# is a success. When the faults end, the other three come, each item once.
. "$(dirname "$0")/lib.sh"
sim --threats 40 --recipients 2 --cases 12 --vendor-cases 9 --campaigns 15 \
    --not-analyzed 10 --audit 30 --span 20h
sink in
poll_interval=1s
start=2d
source_more='streams = {"threats", "cases", "vendor-cases",
	    "abuse-campaigns", "abuse-not-analyzed", "audit"}'
configure
sim_fault 402 cases 0
sim_fault 403 audit 0
sim_fault 500 vendor-cases 0
run_cefd

wait_for "threats are well" stream_is threats ok
wait_for "campaigns are well" stream_is abuse-campaigns ok
wait_for "reports are well" stream_is abuse-not-analyzed ok
wait_for "cases have no licence" stream_is cases unlicensed
wait_for "audit is denied" stream_is audit denied
wait_for "vendor cases fail" stream_is vendor-cases '\(backing-off\|failing\)'
came()
{
	wait_drained
	! missing "$tmp/in.out" &&
	    stream_arrived abuse-campaigns "$tmp/in.out" &&
	    stream_arrived abuse-not-analyzed "$tmp/in.out"
}
wait_for "the other three streams" came
for kind in case vendor-case audit; do
	[ -z "$(records "$kind" "$tmp/in.out")" ] || fail "a record of $kind came"
done
status=0
ctl poll acme >>"$tmp/poll.log" 2>&1 || status=$?
[ "$status" -ne 0 ] || fail "a poll with streams that fail is a success"

sim_post clear
sim_fault 402 cases 0
other_two()
{
	ctl poll acme >>"$tmp/poll.log" 2>&1 || return 1
	wait_drained
	stream_arrived audit "$tmp/in.out" &&
	    stream_arrived vendor-cases "$tmp/in.out"
}
wait_for "audit and vendor cases" other_two
wait_for "a poll without a licence for cases is a success" other_two
stream_is cases '\(unlicensed\|polling\)' || fail "cases have a licence"

sim_post clear
all_six()
{
	other_two && stream_arrived cases "$tmp/in.out"
}
wait_for "cases" all_six
for stream in cases vendor-cases abuse-campaigns abuse-not-analyzed audit; do
	wait_for "$stream is well" stream_is "$stream" ok
	check_stream "$stream" "$tmp/in.out"
done
records threat "$tmp/in.out" >"$tmp/threats.out"
check_arrived "$tmp/threats.out" 0
