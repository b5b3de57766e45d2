#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# The disk of the spool is full (a file system of 8 MiB, most of it taken by
# something else). cefd says so, drops nothing and stays alive; when there is
# room again it goes on: 600 threats with 3 recipients, 1,800 records.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip "needs root to mount a small file system"
spool_path=$tmp/small
mkdir "$spool_path"
mount -t tmpfs -o size=8m,mode=0700 cefd-test "$spool_path" 2>/dev/null ||
    skip "cannot mount a tmpfs here"
mounted=$spool_path
make_certs
sink_port=$(free_port)
sim --threats 600 --recipients 3
poll_interval=1s
quota=1GiB
configure
head -c $((6 * 1024 * 1024 + 512 * 1024)) /dev/zero >"$spool_path/other"
run_cefd
wait_log cefd 'No space left\|full'
status_of queued >/dev/null || fail "cefd does not answer"
[ "$(status_of queued)" -lt 1800 ] || fail "all of it fitted"

# Killed on the full disk, it comes back.
kill9 cefd
run_cefd

rm "$spool_path/other"
wait_status queued -ge 1800
echo "$sink_port" >"$tmp/in.port"
sink in
wait_drained
poll
wait_drained
check_arrived "$tmp/in.out" 0
