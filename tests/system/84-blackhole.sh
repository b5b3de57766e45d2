#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# In mid-session the way to the receiver swallows everything, both ways, and
# nobody says so; then the receiver's machine dies there and another life of it
# comes back, which knows nothing of the connection. cefd ends the session by its limit,
# keeps what was not confirmed, and sends it when the way is open: 30,000
# records, at most two sessions of 5,000 again. The other destination, which is
# well, has all of them long before. Then the way to the API does the same in
# mid-poll: the poll waits out its limits, says so, and 200 threats with 2
# recipients arrive.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone network
far_sink --mode slow=5000000
# The far end for the API, too: it is asked through a relay over there.
destination_more='server-name = "localhost" session-records = 5000
	connect-timeout = "2s" write-timeout = "2s" confirm-timeout = "2s"
	confirm = "close"'
with_neighbour 30000
wait_sunk in records -ge 7000
near_rule 'iifname near0 drop'
far_rule drop
fails_alone 30000
kill9 in
near_open
far_sink
far_open
wait_drained
check_filled "$tmp/in.out" 30000 10000
stop cefd

# The API: over loopback, whose packets are dropped by their port.
sim --threats 200 --recipients 2 --latency 20ms
rm -rf "$tmp/spool" "$tmp/in.out"
stop in
far_sink
more=
source_more='timeout = "2s"'
poll_interval=1s
configure
run_cefd
wait_for "the poll is under way" sim_counts detail -ge 20
near_rule "tcp dport $sim_port drop"
wait_log cefd 'abnormal-security: .*tim.*trying again'
say "$(grep -a 'abnormal-security: .*trying again' "$tmp/cefd.log" | head -n 1)"
near_open
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
