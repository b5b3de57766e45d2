#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A thin link of 4 Mbit/s that loses one packet of twenty each way: 5,000 records
# of 300 octets and what the API shows meanwhile arrive, each once. Then packets
# of over 700 octets vanish on the way and nobody says so (a link whose MTU is
# smaller than its ends know): the session hangs and is ended by its
# limit, with a message and a pause. With the way whole again all arrives, and at
# most what was under way twice.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone network
need tc
far_sink
sim --threats 50 --recipients 3
destination_more='server-name = "localhost" connect-timeout = "3s"
	write-timeout = "3s" confirm-timeout = "3s" confirm = "close"'
poll_interval=1s
configure
tc qdisc add dev near0 root tbf rate 4mbit burst 16kb latency 200ms ||
    skip "no tbf in this kernel"
lose='numgen random mod 100 < 5 drop'
near_rule "iifname near0 $lose"
far_rule "$lose"
"$tools/fill" --spool "$tmp/spool" --queue out --records 5000 --size 300
run_cefd
poll
wait_drained
near_open
far_open
grep -a 'fill\.example' "$tmp/in.out" >"$tmp/backlog.txt"
check_filled "$tmp/backlog.txt" 5000 0

near_rule 'iifname near0 ip length > 700 drop'
far_rule 'ip length > 700 drop'
sim_add 50 recipients=3
poll
wait_log cefd 'deliver: .*retrying in'
wait_status state = backing-off
say "$(status_of last_error)"
near_open
far_open
settle "$tmp/in.out"
grep -a -v 'fill\.example' "$tmp/in.out" >"$tmp/fetched.txt"
check_arrived "$tmp/fetched.txt" 300
