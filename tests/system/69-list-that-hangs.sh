# SPDX-License-Identifier: Apache-2.0
# limit: 200
# Of a backfill of six days the second day's list hangs. The other days are
# listed and fetched all the same, and the cursor does not pass the second:
# after a kill -9 the next life lists it, and nothing is missing. The receiver
# is away meanwhile, so that nothing comes twice.
. "$(dirname "$0")/lib.sh"
threats=240
make_certs
sink_port=$(free_port)
sim --threats "$threats" --recipients 2 --span 6d --stall 300s
sim_fault stall list 1 after=1
start=6d
source_more='max-in-flight = 4'
configure
run_cefd
wait_for "the other days are fetched" \
    sim_counts detail -ge $((threats * 4 / 5))
wait_status records -ge $((threats * 2 * 4 / 5))
[ "$(sim_count detail)" -lt "$threats" ] || fail "the list did not hang"
kill9 cefd

echo "$sink_port" >"$tmp/in.port"
sink in
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
