#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# A destination with a start in the past is added, and the disk refuses the commit
# that notes what it is to get: the log says so. Once the disk is well again that
# is noted, and fetched, without a reload or a start, and what comes meanwhile
# comes once.
. "$(dirname "$0")/lib.sh"
need strace
strace -qq -o "$tmp/strace.txt" -e inject=fsync:error=EIO true 2>/dev/null ||
    skip "strace may not trace here"
sink in
sim --threats 20 --recipients 2
configure
run_cefd
settle "$tmp/in.out"

attached()
{
	grep -q attached "$tmp/tracer.log"
}
polls()
{
	ctl poll acme
}
in_port=$sink_port
more=
tries=0
for nth in 2 3 2 3 4 2 3 4 2 3; do
	tries=$((tries + 1))
	name=past$tries
	sink "$name"
	more="$more
destination \"$name\" {
	servers = {\"127.0.0.1:$sink_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
	start = \"8d\"
}"
	sink_port=$in_port
	configure
	# The first call makes the queue, the second is the note, unless something
	# else is committed just then: so it is tried with the next ones, too.
	rm -f "$tmp/tracer.log"
	strace -f -p "$(cat "$tmp/cefd.pid")" -o "$tmp/strace.txt" \
	    -e trace=fdatasync -e "inject=fdatasync:error=EIO:when=$nth" \
	    2>"$tmp/tracer.log" &
	echo $! >"$tmp/tracer.pid"
	started="$started tracer"
	wait_for "strace is attached" attached
	ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
	! logged cefd "\"$name\": its start cannot be noted yet" || break
	stop tracer
	wait_log cefd "\"$name\" has its past"
done
logged cefd "\"$name\": its start cannot be noted yet" || skip "no such moment"
sim_add 3 received=-30s
wait_for "a poll that goes well" polls
wait_log cefd "\"$name\": its start is noted now"
wait_log cefd "\"$name\" has its past"
wait_drained
grep -v 'forwarder-status' "$tmp/$name.out" >"$tmp/real.txt"
check_arrived "$tmp/real.txt" 0
