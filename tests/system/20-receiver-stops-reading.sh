#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The receiver stops reading in mid-stream and keeps the connection open: the
# write makes no progress, cefd breaks the session off within its limit, sends
# it again and gets through. Another ends without close_notify: the weaker
# confirmation, and status says so. 20,000 records of 700 octets.
. "$(dirname "$0")/lib.sh"
sink in --mode stop-reading-after=500 --connections 1 --rcvbuf 16384
destination_more='write-timeout = "1s"
	confirm-timeout = "1s"
	confirm = "close"'
source_more='enabled = false'
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 20000
run_cefd
wait_drained
check_filled "$tmp/in.out" 20000 500
stop cefd

stop in
rm -rf "$tmp/spool"
sink weak --mode eof-only
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 100
run_cefd
wait_drained
check_filled "$tmp/weak.out" 100 100
logged cefd "gives no close_notify" || fail "what it lacks is not told"
[ "$(status_of confirm_level)" = eof ] ||
    fail "confirm level $(status_of confirm_level)"
stop cefd

# One that ends its side before we have ended has promised nothing. (There is
# more to send than the sockets hold, so its end comes first. A third session
# would be one of the short ones, which they may hold.)
rm -rf "$tmp/spool"
sink early --mode half-close-after=50 --connections 2 --rcvbuf 16384
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records 20000
run_cefd
wait_drained
check_filled "$tmp/early.out" 20000 100
[ "$(status_of confirm_level)" = close-notify ] || fail "confirm level"
