#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The receiver closes connections on which nothing comes for 100 ms, as some do
# after a minute. cefd polls four times with longer pauses between; no record
# falls into a connection that is closed already. 4 x 50 threats with 1
# recipient: 200 records, each once.
. "$(dirname "$0")/lib.sh"
sim --threats 50 --recipients 1
sink in --mode idle-close=100
configure
run_cefd
poll
wait_drained
for count in 100 150 200; do
	wait_sunk in open -eq 0
	sim_add 50
	poll
	wait_status confirmed -eq "$count"
done
check_arrived "$tmp/in.out" 0
