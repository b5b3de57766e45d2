#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# 600 records at 100 a second take six seconds and not much more, while the
# destination beside them is not held up. The first of two servers is away at
# first; it is used again once it is back, and nothing comes twice. One that was
# away for seconds is not met with all that these would have let through.
. "$(dirname "$0")/lib.sh"
make_certs
away_port=$(free_port)
sink second
second_port=$sink_port
sink in
sim --threats 300 --recipients 2
more="destination \"gentle\" {
	servers = {\"127.0.0.1:$away_port\", \"127.0.0.1:$second_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
	rate = 100
	failback = 1s
}"
configure
run_cefd
poll
began=$(date +%s%N)
wait_sunk second records -ge 100
[ "$(wc -l <"$tmp/in.out")" -eq 600 ] || fail "the other one was held up"
sink first --listen "127.0.0.1:$away_port"
wait_sunk first records -ge 100
wait_drained
took=$((($(date +%s%N) - began) / 1000000))
[ "$took" -ge 4500 ] || fail "600 records went in $took ms"
[ "$took" -le 20000 ] || fail "600 records took $took ms"
say "600 records at 100 a second took $took ms"
cat "$tmp/second.out" "$tmp/first.out" >"$tmp/both.out"
check_arrived "$tmp/both.out" 0
check_arrived "$tmp/in.out" 0

# Away for some seconds, while all records wait; then they come at the rate.
stop cefd
rm -r "$tmp/spool"
late_port=$(free_port)
more="destination \"late\" {
	servers = {\"127.0.0.1:$late_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
	rate = 100
}"
configure
run_cefd
tried_often()
{
	[ "$(count_log cefd 'destination "late": .*retrying in')" -ge 4 ]
}
wait_for "the receiver is away for a while" tried_often
sink late --listen "127.0.0.1:$late_port"
wait_sunk late records -ge 1
began=$(date +%s%N)
wait_sunk late records -ge 600
took=$((($(date +%s%N) - began) / 1000000))
[ "$took" -ge 3000 ] || fail "600 records went in $took ms after an outage"
