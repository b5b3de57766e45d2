#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# cefd is killed with -9 at moments drawn by chance (SEED repeats them), while
# it polls and sends, 25 times. 1,500 threats with 3 recipients each: 4,500
# records in sessions of at most 300. None is lost; at most one session comes
# again for each death.
. "$(dirname "$0")/lib.sh"
deaths=25
seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
say "SEED=$seed"
sim --threats 1500 --recipients 3 --latency 2ms
sink in
destination_more='session-records = 300'
poll_interval=200ms
configure
for ms in $(awk -v seed="$seed" -v n="$deaths" 'BEGIN {
	srand(seed)
	for (i = 0; i < n; i++)
		printf "%.3f\n", rand() * rand() * 0.8 }'); do
	start cefd "$cefd" -v -c "$tmp/cefd.conf"
	sleep "$ms"
	kill9 cefd
done
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" $((deaths * 300))
