#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The API's replies have no Date that is a time, or one of before there was such
# an API: the log says that this machine's clock is used, all comes once, and a
# destination that is added later gets its past.
. "$(dirname "$0")/lib.sh"
make_certs
sink past
past_port=$sink_port
sink in
for old in no-date=1 skew=-9000d; do
	sim --threats 30 --recipients 2 --span 20h --tokens-denied
	sim_post "set?$old"
	poll_interval=1s
	start=2d
	more=
	configure
	run_cefd
	settle "$tmp/in.out"
	more="destination \"past\" {
		servers = {\"127.0.0.1:$past_port\"}
		ca-file = \"$certs/ca.pem\"
		hostname = \"sender.example\"
		start = \"8d\"
	}"
	configure
	ctl reload >>"$tmp/poll.log" || fail "reload"
	wait_log cefd "do not tell the time.*this machine's clock is used"
	wait_log cefd '"past" has its past'
	wait_drained
	grep -v 'forwarder-status' "$tmp/past.out" >"$tmp/real.txt"
	check_arrived "$tmp/real.txt" 0
	check_arrived "$tmp/in.out" 0
	[ "$(count_log cefd 'do not tell the time')" -eq 1 ] ||
	    fail "it is told more than once"
	stop cefd
	stop sim
	rm -rf "$tmp/spool" "$tmp/in.out" "$tmp/past.out" "$tmp/cefd.log"
	stop in
	stop past
	sink past
	sink in
	past_port=$(cat "$tmp/past.port")
done
