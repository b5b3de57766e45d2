# SPDX-License-Identifier: Apache-2.0
# limit: 200
# A backfill of 800 threats, of two days ago and in one window, is killed with -9 after about a third.
# The next life goes on in that window: of what the first one has fetched it
# fetches again only what was not written down, which is what the last 10
# seconds brought (and a second until the commit). To tell them apart, the API
# answers at once at first, and then takes a second for each reply with four at
# a time: so at most 4 x 13 in those seconds, and the 4 under way. Nothing is
# missing, and since the receiver is away meanwhile, nothing comes twice.
. "$(dirname "$0")/lib.sh"
threats=800
slow=60
bound=$((4 * 13 + 4))
make_certs
sink_port=$(free_port)
sim --threats "$threats" --recipients 2 --span 10h --latency 60ms \
    --base "$(date -u -d '-50 hours' +%Y-%m-%dT%H:%M:%SZ)"
start=3d
source_more='page-size = 1000 max-in-flight = 4'
configure
run_cefd
wait_for "a fourth is fetched" sim_counts detail -ge $((threats / 4))
sim_post 'set?latency=1s'
first=$(sim_count detail)
[ "$first" -lt $((threats / 2)) ] || fail "too fast to be slowed down: $first"
wait_for "the first ones are written down" \
    sim_counts detail -ge $((first + slow))
kill9 cefd
first=$(sim_count detail)
sim_post 'set?latency=0s'

echo "$sink_port" >"$tmp/in.port"
sink in
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
both=$(sim_count detail)
say "$first requests for details, then $((both - first))"
[ "$first" -lt "$threats" ] || fail "the first life was through"
[ "$both" -le $((threats + bound)) ] ||
    fail "$both requests for $threats threats"
