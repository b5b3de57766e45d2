#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 280
# cefd is killed with -9 at moments drawn by chance (SEED repeats them). First
# while it polls and sends: 1,500 threats with 3 recipients each, 4,500 records
# in sessions of at most 300. Then while it empties a spool of 150,000 records in
# sessions of at most 2,000 over a receiver that takes 30 MB/s. None is lost; at
# most one session comes again for each of the 25 deaths.
. "$(dirname "$0")/lib.sh"
deaths=25
seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
say "SEED=$seed"

# die_often SECONDS - lives of up to so long, the short ones more often.
die_often()
{
	for life in $(awk -v seed="$seed" -v n="$deaths" -v most="$1" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++)
			printf "%.3f\n", rand() * rand() * most
	}'); do
		start cefd "$cefd" -v -c "$tmp/cefd.conf"
		sleep "$life"
		kill9 cefd
	done
	run_cefd
}

sim --threats 1500 --recipients 3 --latency 2ms
sink in
destination_more='session-records = 300'
poll_interval=200ms
configure
die_often 0.8
poll
wait_drained
check_arrived "$tmp/in.out" $((deaths * 300))
stop cefd
stop in

rm -rf "$tmp/spool"
records=150000
mkdir "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue out --records "$records" --size 300
sink many --mode slow=30000000
destination_more='session-records = 2000'
source_more='enabled = false'
configure
die_often 0.5
wait_drained
check_filled "$tmp/many.out" "$records" $((deaths * 2000))
