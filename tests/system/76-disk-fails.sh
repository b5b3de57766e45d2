#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The disk of the spool fails while cefd polls and sends, and every write to it
# is an I/O error: cefd says so in log and status, stays up, and lets go of the
# disk, so that it can be unmounted, checked and mounted again beneath it. Then it
# goes on by itself. Once with a source that polls, and once with none and a
# backlog of 30,000 records to drain. Nothing is missing or was never shown.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone mounts
disk 128
spool_path=$disk/spool

fail_and_mend()
{
	"$tools/powercut" "$disk" || skip "the disk cannot be made to fail here"
	wait_status failed = true
	wait_log cefd 'the spool has failed: .*Input/output error'
	is_up cefd || fail "cefd ended"
	say "status: $(status_of failure)"
	detach_disk
	check_disk
	attach_disk || fail "the disk cannot be mounted again"
	wait_status failed = false
	wait_log cefd 'the spool is well again'
}

sim --threats 1500 --recipients 3 --latency 2ms
sink in
destination_more='session-records = 300'
poll_interval=1s
configure
run_cefd
wait_sunk in records -ge 1000
fail_and_mend
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 300
stop cefd
stop in

rm -rf "$spool_path"
"$tools/fill" --spool "$spool_path" --queue out --records 30000
sink many --mode slow=10000000
destination_more='session-records = 1000'
source_more='enabled = false'
configure
run_cefd
wait_sunk many records -ge 3000
fail_and_mend
wait_drained
check_filled "$tmp/many.out" 30000 1000
