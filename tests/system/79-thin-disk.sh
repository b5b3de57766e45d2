#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The spool's file system believes that it has room, and the volume below it has
# none (a sparse file on a tmpfs of 12 MiB): what was written cannot be synced, and
# the kernel gives the file system up. The receiver is away. cefd says so and stays
# up; the volume is made larger, the file system checked and mounted again, and
# it goes on by itself with all that was committed. 1,500 threats with 10
# recipients, 15,000 records, none missing or never shown.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone mounts
mkdir "$tmp/volume"
mount -t tmpfs -o size=12m,mode=0700 none "$tmp/volume" ||
    skip "cannot mount a tmpfs here"
image=$tmp/volume/disk.img
disk 128 -J size=4
mounted="$disk $tmp/volume"
spool_path=$disk/spool

make_certs
sink_port=$(free_port)
sim --threats 1500 --recipients 10
poll_interval=1s
configure
run_cefd
wait_log cefd 'the spool has failed: .*\(No space left\|I/O error\|error\|Read-only\)'
[ "$(status_of failed)" = true ] || fail "status does not say that it failed"
[ "$(status_of queued)" -gt 1000 ] || fail "$(status_of queued) records wait"
is_up cefd || fail "cefd ended"
detach_disk
mount -o remount,size=300m "$tmp/volume" || fail "the volume cannot grow"
check_disk
attach_disk || fail "the disk cannot be mounted again"
wait_status failed = false
wait_status queued -ge 15000
echo "$sink_port" >"$tmp/in.port"
sink in
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
