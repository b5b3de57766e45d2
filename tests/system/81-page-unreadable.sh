#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The disk cannot give a page of the spool that is to be sent (its device has
# lost its end). The kernel kills a process that touches such a page; cefd says
# what has happened before it dies. Once the device is whole again the next life
# sends everything: 30,000 records, none missing.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone mounts
need losetup dd
disk 64
spool_path=$disk/spool
make_certs
sink_port=$(free_port)
source_more='enabled = false'
configure
"$tools/fill" --spool "$spool_path" --queue out --records 30000
run_cefd
cp "$image" "$tmp/whole.img"
truncate -s 8M "$image"
losetup -c "$device"
sync -f "$disk" || true
dd if="$spool_path/data.mdb" iflag=nocache count=0 status=none
echo "$sink_port" >"$tmp/in.port"
sink in
wait_exit cefd
[ "$status" -eq 135 ] || fail "cefd ended with $status, not by SIGBUS"
grep "cannot give a page of the spool's file" "$tmp/cefd.log" ||
    fail "it died without a word"

truncate -s 64M "$image"
losetup -c "$device"
dd if="$tmp/whole.img" of="$image" conv=notrunc status=none
blockdev --flushbufs "$device"
dd if="$spool_path/data.mdb" iflag=nocache count=0 status=none
run_cefd
wait_drained
check_filled "$tmp/in.out" 30000 10000
