# SPDX-License-Identifier: Apache-2.0
# limit: 200
# All six streams: 20 threats with 2 recipients, 12 cases, 9 vendor cases, 15
# campaigns, 10 reports and 120 audit events, each once. Then changes of 5 cases,
# 4 vendor cases and 6 campaigns, each of them one record more with the same
# externalId. 3 campaigns that are being judged stay away until they are. 40
# audit events more come while it polls by itself, and a restart and many polls
# later no event has come a second time.
. "$(dirname "$0")/lib.sh"
streams="cases vendor-cases abuse-campaigns abuse-not-analyzed audit"
sim --threats 20 --recipients 2 --cases 12 --vendor-cases 9 --campaigns 15 \
    --not-analyzed 10 --audit 120 --span 20h
sink in
poll_interval=1s
start=2d
source_more='streams = {"threats", "cases", "vendor-cases",
	    "abuse-campaigns", "abuse-not-analyzed", "audit"}'
configure
run_cefd

all_arrived()
{
	wait_drained
	for stream in $streams; do
		stream_arrived "$stream" "$tmp/in.out" || return 1
	done
	! missing "$tmp/in.out"
}

# lines_are NUMBER - and every record is one that the API has shown.
lines_are()
{
	wait_for "all of it" all_arrived
	[ "$(wc -l <"$tmp/in.out")" -eq "$1" ] ||
	    fail "$(wc -l <"$tmp/in.out") lines, not $1"
}

lines=$((40 + 12 + 9 + 15 + 10 + 120))
lines_are "$lines"

sim_post 'change?stream=cases&count=5'
sim_post 'change?stream=vendor-cases&count=4'
sim_post 'change?stream=abuse-campaigns&count=6'
lines=$((lines + 5 + 4 + 6))
lines_are "$lines"

held=$(sim_ask 'add?stream=abuse-campaigns&count=3&time=now&scanning=1')
seen_scanning()
{
	[ "$(sim_get 'truth?stream=abuse-campaigns' |
	    awk -F '\t' '$2 == "Scanning" && $6 > 0' | wc -l)" -eq 3 ]
}
wait_for "the API has shown them" seen_scanning
poll
lines_are "$lines"
for id in $held; do
	sim_post "change?stream=abuse-campaigns&id=$id&status=Malicious&touch=0"
done
lines=$((lines + 3))
lines_are "$lines"

for stream in audit abuse-not-analyzed; do
	sim_post "add?stream=$stream&count=40&time=now&spread=5s"
	lines=$((lines + 40))
done
lines_are "$lines"
stop cefd
run_cefd
for _ in 1 2 3 4 5; do
	poll
done
lines_are "$lines"
for stream in $streams; do
	check_stream "$stream" "$tmp/in.out"
done
