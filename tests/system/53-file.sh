#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Into a file that is renamed away twice in mid-stream, and while cefd is killed
# with -9, which leaves a torn line: 31,000 records of 700 octets are in the
# three files, whole lines all of them. Then a disk of 4 MiB that is full after a
# few thousand: cefd says so, waits, and goes on when there is room, without a
# torn line and with nothing lost or twice.
. "$(dirname "$0")/lib.sh"
in_file()
{
	transport=file
	configure
	sed -i '/framing = /d; /servers = /d' "$tmp/cefd.conf"
}

lines_are()
{
	[ "$(cat "$tmp"/log* 2>/dev/null | wc -l)" -ge "$1" ]
}

is_whole()
{
	! grep -q 'torn$' "$tmp/log"
}

source_more='enabled = false'
# Slowly, so that there is a middle to do it in.
destination_more="path = \"$tmp/log\" rate = 10000"
sink_port=1
in_file
"$tools/fill" --spool "$tmp/spool" --queue out --records 30000
run_cefd
wait_for "some records" lines_are 1
mv "$tmp/log" "$tmp/log.2"
wait_for "a new file" test -s "$tmp/log"
kill9 cefd
printf '<134>1 torn' >>"$tmp/log"
"$tools/fill" --spool "$tmp/spool" --queue out --first 30001 --records 1000
run_cefd
wait_for "the torn end is cut off" is_whole
wait_log cefd 'ended with a torn record.*octets=[0-9]'
grep -q 'torn$' "$tmp/log.cut" || fail "what was cut off is not kept"
mv "$tmp/log.cut" "$tmp/cut"
mv "$tmp/log" "$tmp/log.1"
wait_drained
cat "$tmp/log.1" "$tmp/log.2" >"$tmp/all"
[ ! -e "$tmp/log" ] || cat "$tmp/log" >>"$tmp/all"
check_filled "$tmp/all" 31000 12000
[ "$(status_of confirm_level)" = file ] || fail "confirm level"
stop cefd

# All of its processes are told to stop, as systemd does, while one writes: that
# session ends and is confirmed.
rm -rf "$tmp/spool" "$tmp"/log* "$tmp/cefd.log"
"$tools/fill" --spool "$tmp/spool" --queue out --records 31000
start cefd setsid "$cefd" -v -c "$tmp/cefd.conf"
pid=$(cat "$tmp/cefd.pid")
writes()
{
	[ -n "$(cat "/proc/$pid/task/$pid/children")" ]
}
wait_log cefd 'ready version'
wait_for "a process writes" writes
status=0
kill -TERM "-$pid"
wait "$pid" || status=$?
[ "$status" -eq 0 ] || fail "exit $status"
! logged cefd 'has ended too early' || fail "the one that writes was killed"
run_cefd
wait_drained
cat "$tmp"/log* >"$tmp/all"
check_filled "$tmp/all" 31000 0
stop cefd

[ "$(id -u)" -eq 0 ] || skip "only root can mount a small disk"
mkdir "$tmp/small"
mount -t tmpfs -o size=4m none "$tmp/small" 2>/dev/null ||
    skip "no tmpfs can be mounted here"
mounted="$tmp/small"
rm -rf "$tmp/spool"
destination_more="path = \"$tmp/small/log\""
in_file
"$tools/fill" --spool "$tmp/spool" --queue out --records 10000
run_cefd
wait_log cefd 'cannot write: No space left on device; retrying'
[ "$(status_of confirmed)" -lt 10000 ] || fail "more than the disk holds"
mount -o remount,size=20m "$tmp/small"
wait_drained
check_filled "$tmp/small/log" 10000 0
