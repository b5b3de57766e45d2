#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A recipient joins a threat of ten minutes, and nobody remediates it, so no list
# tells of that. The tenant is quiet: its newest day is one window. Within little
# more than an hour it comes.
. "$(dirname "$0")/lib.sh"
sim --threats 0
known=$(sim_ask 'add?threats=1&recipients=1&received=-600s')
sim_post "status?threat=$known&status=No%20Action%20Done&remediated=none"
sink in
start=2d
lag=1s
configure
run_cefd
settle "$tmp/in.out"
message=$(sim_ask "recipient?threat=$known&received=-600s" | cut -f 1)
sim_post "status?id=$message&status=No%20Action%20Done&remediated=none"
sim_post 'set?skew=65m'
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
