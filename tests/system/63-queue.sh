#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# What waits can be looked at and, when its destination is gone, dropped. The
# queue of a destination that is taken out of the configuration stays, is told
# at the start, and counts; put back, it is delivered; dropped, its disk is free
# and its name begins anew. One in use is only dropped by force. Of several who
# drop one at once, each is told what went by it. What can be looked at at once
# has its limits, and what is beyond them is told. One that is taken out and put
# back while its session runs goes on with it, and nothing comes twice.
. "$(dirname "$0")/lib.sh"
make_certs
gone_port=$(free_port)
sink in
sim --threats 100 --recipients 3
with()
{
	more="destination \"gone\" {
		servers = {\"127.0.0.1:$1\"}
		ca-file = \"$certs/ca.pem\"
		hostname = \"sender.example\"
	}"
	configure
}
listed()
{
	ctl queue list >"$tmp/list.txt" || fail "queue list: exit $?"
	grep -Eq "$1" "$tmp/list.txt"
}
settle_in()
{
	poll
	! missing "$tmp/in.out"
}
with "$gone_port"
run_cefd
poll
wait_for "the other one is drained" listed '^out +in use +0 '
listed '^gone +in use +300 ' || fail "$(cat "$tmp/list.txt")"
ctl queue peek gone -n 3 >"$tmp/peek.txt" || fail "queue peek: exit $?"
[ "$(wc -l <"$tmp/peek.txt")" -eq 3 ] || fail "$(wc -l <"$tmp/peek.txt") shown"
head -n 3 "$tmp/in.out" | states - >"$tmp/a.txt"
states "$tmp/peek.txt" | cmp - "$tmp/a.txt" >&2 || fail "others than the first"
status=0
ctl queue drop gone 2>"$tmp/why.txt" || status=$?
[ "$status" -eq 64 ] || fail "drop of one in use: exit $status"
grep -q -- '--force' "$tmp/why.txt" || fail "$(cat "$tmp/why.txt")"

more=
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
listed '^gone +abandoned +300 ' || fail "$(cat "$tmp/list.txt")"
ctl status | grep -q '300 records wait for a destination that is not' ||
    fail "the status does not tell"
stop cefd
run_cefd
wait_log cefd '300 records wait for a destination that is not configured'

sink back
back_port=$sink_port
sink_port=$(cat "$tmp/in.port")
with "$back_port"
ctl reload >>"$tmp/poll.log" || fail "reload"
wait_drained
check_arrived "$tmp/back.out" 0

stop back
sim_add 100
wait_for "the other has all" settle_in
ctl queue drop gone --force >"$tmp/said.txt" || fail "drop --force: exit $?"
grep -Eq '^[0-9]+ records dropped' "$tmp/said.txt" || fail "$(cat "$tmp/said.txt")"
listed '^gone +in use +0 ' || fail "$(cat "$tmp/list.txt")"
sim_add 100
wait_for "the other has all" settle_in
more=
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
listed '^gone +abandoned +[1-9]' || fail "$(cat "$tmp/list.txt")"
ctl queue drop gone >"$tmp/said.txt" || fail "drop: exit $?"
grep -Eq '^[1-9][0-9]* records dropped' "$tmp/said.txt" ||
    fail "$(cat "$tmp/said.txt")"
! listed gone || fail "it is still there"
stop cefd
# What is stored beside it goes with it, and no other's.
"$tools/spoil" "$tmp/spool/data.mdb" cursor habit/out/ || fail "spoil: exit $?"
for row in habit start paused/destination; do
	! "$tools/spoil" "$tmp/spool/data.mdb" cursor "$row/gone" 2>/dev/null ||
	    fail "$row/gone is still there"
done
run_cefd
! listed gone || fail "it is there again"
! logged cefd 'dropped.*queue=out' || fail "the wrong one"

stop cefd
"$tools/fill" --spool "$tmp/spool" --queue old --records 200000
run_cefd
pids=
for i in 1 2 3; do
	ctl queue drop old >"$tmp/drop.$i" 2>"$tmp/why.$i" &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || :
done
[ "$(cat "$tmp"/drop.?)" = '200000 records dropped' ] ||
    fail "three drops: $(cat "$tmp"/drop.?)"
[ "$(grep -cE 'being dropped already|no such queue' "$tmp"/why.? |
    grep -c ':1$')" -eq 2 ] || fail "$(cat "$tmp"/why.?)"

stop cefd
"$tools/fill" --spool "$tmp/spool" --queue large --records 100 --size 60000
run_cefd
status=0
ctl queue peek large -n 100 >"$tmp/peek.txt" 2>"$tmp/why.txt" || status=$?
[ "$status" -eq 1 ] || fail "peek at too much: exit $status"
grep -q '4 MiB' "$tmp/why.txt" || fail "$(cat "$tmp/why.txt")"
# 4 MiB, and what completes the last one.
[ "$(grep -c ' externalId=[0-9]*$' "$tmp/peek.txt")" -eq 70 ] ||
    fail "$(wc "$tmp/peek.txt")"
ctl queue peek large -n 60 >"$tmp/peek.txt" || fail "peek: exit $?"
[ "$(wc -l <"$tmp/peek.txt")" -eq 60 ] || fail "$(wc "$tmp/peek.txt")"
status=0
ctl queue peek large -n 1001 >"$tmp/peek.txt" 2>"$tmp/why.txt" || status=$?
[ "$status" -eq 64 ] || fail "peek -n 1001: exit $status"

# One that was taken out of the configuration ends its session first.
sink mute --mode never-answer-close
mute_port=$sink_port
sink_port=$(cat "$tmp/in.port")
more="destination \"mute\" {
	servers = {\"127.0.0.1:$mute_port\"}
	ca-file = \"$certs/ca.pem\"
	confirm = \"close\" confirm-timeout = 60s
}"
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
sim_add 1
wait_for "the other has all" settle_in
wait_log cefd 'session is complete: .* destination=mute'
more=
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
listed '^mute +leaving +[1-9]' || fail "$(cat "$tmp/list.txt")"
status=0
ctl queue drop mute 2>"$tmp/why.txt" || status=$?
[ "$status" -eq 64 ] || fail "drop of one that leaves: exit $status"
grep -q 'mute is ending its last session' "$tmp/why.txt" ||
    fail "$(cat "$tmp/why.txt")"
kill9 cefd

stop in
more=
rm -rf "$tmp/spool" "$tmp/cefd.log"
source_more='enabled = false'
sink slow --mode slow=150000 --rcvbuf 16384
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 600
run_cefd
wait_log cefd 'connected destination=out'
destination_more='enabled = false'
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
! logged cefd 'session confirmed' || fail "it was over too soon"
destination_more=
configure
ctl reload >>"$tmp/poll.log" || fail "reload"
listed '^out +in use' || fail "$(cat "$tmp/list.txt")"
wait_drained
check_filled "$tmp/slow.out" 600 0
