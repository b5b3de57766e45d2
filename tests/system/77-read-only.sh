#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The kernel has met an error in the spool's file system and made it read-only,
# while cefd polls and sends: cefd says so in log and status and stays up; the
# file system is checked and mounted again beneath it, and it goes on by itself.
# While it is not mounted, nothing is begun in the folder below. Where it is
# read-only from the start cefd does not start, and says why. 1,500 threats with 3 recipients, 4,500 records,
# none missing or never shown.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone mounts
disk 128
spool_path=$disk/spool
umount "$disk"
attach_disk errors=remount-ro
trigger=/sys/fs/ext4/$(basename "$device")/trigger_fs_error
[ -w "$trigger" ] || skip "no error can be made to happen in a file system here"

sim --threats 1500 --recipients 3 --latency 2ms
sink in
destination_more='session-records = 300'
poll_interval=1s
configure
run_cefd
wait_sunk in records -ge 1000
echo a test >"$trigger"
wait_log cefd 'the spool has failed: .*Read-only file system'
[ "$(status_of failed)" = true ] || fail "status does not say that it failed"
[ "$(status_of full)" = false ] || fail "status says that it is full"
is_up cefd || fail "cefd ended"
detach_disk
wait_log cefd 'the spool has failed: .*No such file or directory'
[ -z "$(ls -A "$disk")" ] || fail "cefd has begun anew where no disk is"
! ctl queue list >"$tmp/said.log" 2>&1 || fail "queue list: $(cat "$tmp/said.log")"
says 'queue "out" cannot be read: .*cefctl status'
check_disk
attach_disk || fail "the disk cannot be mounted again"
wait_log cefd 'the spool is well again'
wait_status failed = false
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 300
stop cefd

# begin WHAT - it ends at its start, with that.
begin()
{
	start cefd "$cefd" -c "$tmp/cefd.conf"
	wait_exit cefd
	[ "$status" -eq "$2" ] || fail "exit $status instead of $2"
	tail -n 1 "$tmp/cefd.log" | grep "$1" ||
	    fail "it ended with: $(tail -n 1 "$tmp/cefd.log")"
}
detach_disk
attach_disk ro
begin 'Read-only file system' 77
