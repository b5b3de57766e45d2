# SPDX-License-Identifier: Apache-2.0
# limit: 200
# `cefctl pause` stops all asking, in the next life as well, and `resume` goes on
# without a loss. `cefctl replay` of the hour in which 30 of the 50 threats were
# received sends their 60 messages a second time, octet for octet, to the
# destination that it names and to no other; without --to to both. What a replay
# has sent does not come again by itself.
. "$(dirname "$0")/lib.sh"
base=$(($(date +%s) - 6 * 3600))
stamp()
{
	date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}
sim --threats 20 --recipients 2 --span 1h --base "$(stamp "$base")"
sim_post "add?threats=30&received=$(stamp $((base + 7200)))&spread=50m"
sink other
other_port=$sink_port
sink in
more="destination \"other\" {
	servers = {\"127.0.0.1:$other_port\"}
	hostname = \"sender.example\"
	ca-file = \"$certs/ca.pem\"
}"
poll_interval=200ms
start=1d
configure
run_cefd
settle "$tmp/in.out"

ctl pause acme >>"$tmp/poll.log" || fail "pause: exit $?"
wait_for "the source is paused" source_is acme paused
sim_add 10
requests=$(sim_requests)
stop cefd
run_cefd
wait_for "the source is still paused" source_is acme paused
status=0
ctl poll acme >>"$tmp/poll.log" 2>&1 || status=$?
[ "$status" -ne 0 ] || fail "a source that is paused was polled"
status=0
ctl replay acme --since=1d >>"$tmp/poll.log" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "a source that is paused was replayed"
tail -n 1 "$tmp/poll.log" | grep -q 'acme is paused: .*cefctl resume source/acme' ||
    fail "replay of a paused source said $(tail -n 1 "$tmp/poll.log")"
[ "$(sim_requests)" -eq "$requests" ] ||
    fail "$(($(sim_requests) - requests)) requests while it was paused"
ctl resume acme >>"$tmp/poll.log" || fail "resume: exit $?"
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 120 ] || fail "not 120 lines"

# again NUMBER OPTION... - the replay is told to have sent so many.
again()
{
	number=$1
	shift
	ctl replay acme --since="$(stamp $((base + 3600)))" \
	    --until="$(stamp $((base + 7201)))" "$@" >"$tmp/said.txt" ||
	    fail "replay: exit $?"
	grep -q "^$number records are sent again" "$tmp/said.txt" ||
	    fail "replay said $(cat "$tmp/said.txt"), not $number"
	poll
	wait_drained
}

# Those of the hour, by their times of receipt.
of_the_hour()
{
	records threat "$1" | awk -v from="$((base + 3600))000" \
	    -v to="$((base + 7201))000" 'match($0, /[| ]rt=[0-9]+/) {
		rt = substr($0, RSTART + 4, RLENGTH - 4)
		if (rt + 0 >= from + 0 && rt + 0 < to + 0)
			print
	    }' | sort
}

# came_times FILE NUMBER - each line of the hour came so often, the others once.
came_times()
{
	of_the_hour "$1" >"$tmp/hour.txt"
	[ "$(sort -u "$tmp/hour.txt" | wc -l)" -eq 60 ] ||
	    fail "$(sort -u "$tmp/hour.txt" | wc -l) different records, not 60"
	[ -z "$(uniq -c "$tmp/hour.txt" | awk -v n="$2" '$1 != n')" ] ||
	    fail "not each of the hour is in $1 $2 times"
	[ "$(records threat "$1" | wc -l)" -eq $((120 + ($2 - 1) * 60)) ] ||
	    fail "others than those of the hour came again"
}

came_times "$tmp/in.out" 1
came_times "$tmp/other.out" 1
again 60 --to=out
came_times "$tmp/in.out" 2
came_times "$tmp/other.out" 1
[ "$(notices replay "$tmp/in.out" | wc -l)" -eq 2 ] ||
    fail "the begin and the end of the replay are not told"
[ -z "$(notices replay "$tmp/other.out")" ] || fail "it is told to the other"
again 60
came_times "$tmp/in.out" 3
came_times "$tmp/other.out" 2
poll
wait_drained
came_times "$tmp/in.out" 3

echo 'destination "off" { servers = {"127.0.0.1:1"} transport = "tcp"
    hostname = "sender.example" enabled = false }' >>"$tmp/cefd.conf"
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
! ctl replay acme --since=1d --to=off >"$tmp/said.txt" 2>&1 ||
    fail "a destination that is disabled gets a replay"
grep -q 'off is disabled' "$tmp/said.txt" || fail "$(cat "$tmp/said.txt")"

for wrong in "acme --since=yesterday" "acme --since=1d --to=nowhere" \
    "nobody --since=1d" "acme"; do
	status=0
	# shellcheck disable=SC2086 # several words
	ctl replay $wrong >>"$tmp/poll.log" 2>&1 || status=$?
	[ "$status" -ne 0 ] || fail "replay $wrong is a success"
done

# One at a time; while it runs status shows it. At SIGTERM who waits is told why,
# with the exit code for a daemon that is not there.
sim_fault stall detail 0
ctl replay acme --since=1d >"$tmp/long.txt" 2>&1 &
long=$!
replaying()
{
	ctl status --json | grep -q '"sent_again": *[0-9]'
}
wait_for "status shows the replay" replaying
ctl status | grep -q 'acme: replaying: .* records so far' ||
    fail "the status in text does not show the replay"
status=0
ctl replay acme --since=1d >"$tmp/said.txt" 2>&1 || status=$?
[ "$status" -eq 75 ] || fail "a second replay: exit $status"
grep -q 'a replay of acme runs already.*wait for its end' "$tmp/said.txt" ||
    fail "a second replay said $(cat "$tmp/said.txt")"
sim_fault stall list 0
asked()
{
	tail -n "+$((before + 1))" "$tmp/cefd.log" | grep -q 'asked for: poll acme'
}
before=$(wc -l <"$tmp/cefd.log")
ctl poll acme >"$tmp/waits.txt" 2>&1 &
waits=$!
wait_for "a poll is asked for" asked
status=0
ctl poll acme >"$tmp/said.txt" 2>&1 || status=$?
[ "$status" -eq 75 ] || fail "a second poll: exit $status"
stop cefd
for waiter in "$long long" "$waits waits"; do
	status=0
	wait "${waiter% *}" || status=$?
	[ "$status" -eq 69 ] || fail "${waiter#* }: exit $status"
	grep -q 'the daemon is stopping' "$tmp/${waiter#* }.txt" ||
	    fail "${waiter#* } said $(cat "$tmp/${waiter#* }.txt")"
done
