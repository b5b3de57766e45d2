#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A destination with a start in the past is added, and the disk refuses the commit
# that notes what it is to get: the log says so. Once the disk is well again that
# is noted, and fetched, without a reload or a start.
. "$(dirname "$0")/lib.sh"
need strace
strace -qq -o "$tmp/strace.txt" -e inject=fsync:error=EIO true 2>/dev/null ||
    skip "strace may not trace here"
make_certs
sink past
past_port=$sink_port
sink in
sim --threats 20 --recipients 2
configure
run_cefd
settle "$tmp/in.out"

# Two calls a commit: the first makes the queue, the second is the note.
strace -f -p "$(cat "$tmp/cefd.pid")" -o "$tmp/strace.txt" \
    -e trace=fdatasync -e inject=fdatasync:error=EIO:when=3 \
    2>"$tmp/tracer.log" &
echo $! >"$tmp/tracer.pid"
started="$started tracer"
attached()
{
	grep -q attached "$tmp/tracer.log"
}
wait_for "strace is attached" attached
more="destination \"past\" {
	servers = {\"127.0.0.1:$past_port\"}
	ca-file = \"$certs/ca.pem\"
	hostname = \"sender.example\"
	start = \"8d\"
}"
configure
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
wait_log cefd '"past": its start cannot be noted yet'
wait_log cefd '"past": its start is noted now'
wait_log cefd '"past" has its past'
wait_drained
grep -v 'forwarder-status' "$tmp/past.out" >"$tmp/real.txt"
check_arrived "$tmp/real.txt" 0
