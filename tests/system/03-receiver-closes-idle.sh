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
for round in 2 3 4; do
	wait_sunk in open -eq 0
	sim_add 50 "recipients=1"
	settle "$tmp/in.out"
done
[ "$(status_of confirmed)" -eq 200 ] || fail "confirmed $(status_of confirmed)"
check_arrived "$tmp/in.out" 0
