#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# To standard output: 3,000 records are lines there, and the log is not among
# them. When the reader goes away the destination is given up with an error and
# keeps its records; cefd lives on. A reader that only stops reading is told of
# after write-timeout.
. "$(dirname "$0")/lib.sh"
sink_port=1
transport=stdout
source_more='enabled = false'
configure
sed -i '/framing = /d; /servers = /d' "$tmp/cefd.conf"
"$tools/fill" --spool "$tmp/spool" --queue out --records 3000
start cefd sh -c "exec '$cefd' -v -c '$tmp/cefd.conf' >'$tmp/out'"
wait_log cefd 'ready version'
wait_drained
check_filled "$tmp/out" 3000 0
[ "$(status_of confirm_level)" = none ] || fail "confirm level"
stop cefd

rm -rf "$tmp/spool" "$tmp/cefd.log"
mkfifo "$tmp/pipe"
"$tools/fill" --spool "$tmp/spool" --queue out --records 3000
start cefd sh -c "exec '$cefd' -v -c '$tmp/cefd.conf' >'$tmp/pipe'"
head -n 100 "$tmp/pipe" >"$tmp/head"
[ "$(wc -l <"$tmp/head")" -eq 100 ] || fail "100 lines"
wait_log cefd 'error deliver: .*cannot write: Broken pipe; given up'
[ "$(status_of queued)" -gt 0 ] || fail "nothing is kept"
stop cefd
[ "$status" -eq 0 ] || fail "exit $status"

rm -rf "$tmp/spool" "$tmp/cefd.log"
sed -i 's/transport = .*/&\n\twrite-timeout = 1s/' "$tmp/cefd.conf"
"$tools/fill" --spool "$tmp/spool" --queue out --records 3000
start cefd sh -c "exec '$cefd' -v -c '$tmp/cefd.conf' >'$tmp/pipe'"
exec 4<"$tmp/pipe"
wait_log cefd 'nothing for 1000 ms (write-timeout): nobody reads it'
[ "$(status_of queued)" -gt 0 ] || fail "nothing is kept"
cat <&4 >"$tmp/all" &
wait_drained
stop cefd
wait $!
# What was broken off is a line of its own.
grep 'externalId=[0-9]*$' "$tmp/all" >"$tmp/rest"
check_filled "$tmp/rest" 3000 3000
! grep -q 'CEF:0.*CEF:0' "$tmp/rest" || fail "two records are one line"
[ "$(wc -l <"$tmp/all")" -eq $(($(wc -l <"$tmp/rest") + 1)) ] ||
    fail "more than one is broken off"
