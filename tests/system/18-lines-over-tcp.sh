#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# LF framing over plain TCP, and octet counting over plain TCP: 300 records
# each time, and the two receivers have the same lines. A receiver that is
# killed in mid-stream costs nothing here either: the sink cuts its torn line.
. "$(dirname "$0")/lib.sh"
sim --threats 100 --recipients 3
transport=tcp
framing=lf
sink lines --tcp --lf
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/lines.out" 0
[ "$(status_of confirm_level)" = eof ] || fail "confirm level"
stop cefd

rm -rf "$tmp/spool"
framing=octet-counting
sink in --tcp --mode reset-after=100 --connections 2
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 200
sort -u "$tmp/in.out" >"$tmp/a.txt"
sort -u "$tmp/lines.out" >"$tmp/b.txt"
cmp "$tmp/a.txt" "$tmp/b.txt" || fail "the framings differ in the records"
