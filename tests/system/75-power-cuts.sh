#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# The power goes at moments drawn by chance (SEED repeats them), CUTS times over:
# the spool is on a disk of its own, which keeps what was synced and nothing
# else, while 3,000 threats with 3 recipients, 9,000 records, are fetched and
# sent in sessions of at most 300. After each cut the file system is found
# whole and cefd starts on it. Then twice more while a backlog of 70 MB is
# drained and its file replaced by a small one. Nothing is missing or was never
# shown; at most a session comes again for each cut.
. "$(dirname "$0")/lib.sh"
. "$here/lab.sh"
alone mounts
cuts=${CUTS:-8}
seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
say "SEED=$seed CUTS=$cuts"
disk 256
spool_path=$disk/spool

# moments NUMBER SECONDS - each with how the cut is made.
moments()
{
	awk -v seed="$seed" -v n="$1" -v most="$2" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++)
			printf "%.3f%s\n", rand() * rand() * most,
			    rand() < 0.3 ? "-f" : ""
	}'
}

# cut_often NUMBER SECONDS
cut_often()
{
	for moment in $(moments "$1" "$2"); do
		start cefd "$cefd" -v -c "$tmp/cefd.conf"
		sleep "${moment%-f}"
		cut "${moment#"${moment%-f}"}"
	done
	run_cefd
}

# cut [-f]
cut()
{
	# shellcheck disable=SC2086 # no word or one
	"$tools/powercut" $1 "$disk" || skip "no power cut can be had here"
	kill9 cefd
	detach_disk
	check_disk
	attach_disk || fail "the disk cannot be mounted again"
}

sim --threats 3000 --recipients 3 --latency 2ms
sink in
destination_more='session-records = 300'
poll_interval=200ms
configure
cut_often "$cuts" 2
poll
wait_drained
check_arrived "$tmp/in.out" $((cuts * 300))
stop cefd
stop in

rm -rf "$spool_path"
records=95000
"$tools/fill" --spool "$spool_path" --queue out --records "$records"
sink many
destination_more='session-records = 2000'
source_more='enabled = false'
configure
cut_often $((cuts / 4)) 4
wait_drained
check_filled "$tmp/many.out" "$records" $((cuts / 4 * 2000))
