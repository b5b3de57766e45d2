#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The spool's disk (an ext4 of 24 MiB) is filled to the last block by something
# else, and the receiver is away: status says full and not failed, and nothing is
# dropped. The power goes, and cefd starts on the full disk; the receiver comes back
# and takes what waits, for which no room is needed; then there is room again and
# the rest comes. 600 threats with 10 recipients, 6,000 records.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone mounts
disk 24 -J size=4
spool_path=$disk/spool
fill_disk()
{
	dd if=/dev/zero of="$disk/other" bs=4k conv=fsync 2>"$tmp/dd.log" ||
	    grep -q 'No space left' "$tmp/dd.log" || fail "$(cat "$tmp/dd.log")"
}

make_certs
sink_port=$(free_port)
sim --threats 600 --recipients 10
poll_interval=1s
configure
head -c $((12 * 1024 * 1024)) /dev/zero >"$disk/most"
run_cefd
wait_status full = true
fill_disk
[ "$(status_of failed)" = false ] || fail "full is not failed"
wait_log cefd 'the spool is full: polling is paused until records are delivered'
waiting=$(status_of queued)
say "$waiting of 6000 records fitted"
[ "$waiting" -gt 0 ] || fail "nothing waits"
[ "$waiting" -lt 6000 ] || fail "all of it fitted"

"$tools/powercut" "$disk" || skip "no power cut can be had here"
kill9 cefd
# What was being fetched may have been committed after that.
committed=$(sed -n 's/.* committed records=\([0-9]*\) .*/\1/p' "$tmp/cefd.log" |
    awk '{ sum += $1 } END { print sum }')
[ "$committed" -ge "$waiting" ] || fail "$waiting wait, of $committed"
detach_disk
check_disk
attach_disk || fail "the disk cannot be mounted again"
run_cefd
[ "$(status_of queued)" -eq "$committed" ] ||
    fail "$(status_of queued) wait, not $committed"

echo "$sink_port" >"$tmp/in.port"
sink in
wait_sunk in records -ge "$committed"
rm "$disk/most" "$disk/other"
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
