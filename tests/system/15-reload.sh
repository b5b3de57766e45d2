#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# SIGHUP: a good configuration is swapped in and what waits is kept; a bad one
# is refused whole, every error told with file and line, and the old one goes
# on. 100 threats with 3 recipients wait for a receiver that is away; the reload
# names another, which gets all 300, each once, and nothing is polled anew. One
# that is refused again and again does not fill the log, and is counted.
. "$(dirname "$0")/lib.sh"
make_certs
sink_port=$(free_port)
sim --threats 100 --recipients 3
configure
run_cefd
poll
wait_status queued -eq 300

sed 's/transport = .*/transport = "pigeon"/; s/confirm-/&/' \
    "$tmp/cefd.conf" >"$tmp/bad.conf"
echo 'nonsense = 1' >>"$tmp/bad.conf"
cp "$tmp/bad.conf" "$tmp/cefd.conf"
kill -HUP "$(cat "$tmp/cefd.pid")"
wait_log cefd 'old configuration stays'
logged cefd 'cefd.conf:[0-9]*: .*pigeon' || fail "the bad word is not told"
logged cefd 'cefd.conf:[0-9]*: .*nonsense' || fail "the second error is not told"
status=0
ctl reload >>"$tmp/poll.log" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "cefctl reload: exit $status"
[ "$(status_of queued)" -eq 300 ] || fail "queued $(status_of queued)"

next_poll=$(status_of next_poll)
lists=$(sim_count list)
sink in --listen 127.0.0.1:0
configure
kill -HUP "$(cat "$tmp/cefd.pid")"
wait_log cefd 'reloaded'
wait_drained
check_arrived "$tmp/in.out" 0
[ "$(status_of next_poll)" = "$next_poll" ] ||
    fail "the next poll is not when it was"
[ "$(sim_count list)" -eq "$lists" ] ||
    fail "a changed destination made the source poll"
poll
wait_drained
[ "$(wc -l <"$tmp/in.out")" -eq 300 ] || fail "the cursor or ledger was lost"
[ "$(count_log cefd 'ready version')" -eq 1 ] || fail "it was another life"

{
	cat "$tmp/cefd.conf"
	for i in $(seq 40); do
		echo "nonsense-$i = 1"
	done
} >"$tmp/bad.conf"
cp "$tmp/bad.conf" "$tmp/cefd.conf"
for i in $(seq 35); do
	! ctl reload >"$tmp/said.log" 2>&1 || fail "a bad one is taken"
done
for i in $(seq 40); do
	told=$(count_log cefd "cefd.conf:[0-9]*: .*nonsense-$i\\>")
	[ "$told" -eq 30 ] || fail "nonsense-$i is told $told times"
done
stop cefd
counted=$(count_log cefd ' 5 more lines of this kind .*cefd.conf:[0-9]*: ')
[ "$counted" -eq 40 ] || fail "of $counted findings it counts what is left out"
