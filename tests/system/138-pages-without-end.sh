#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# A detail shows 10 of its messages on a page, says neither that there is a next
# page nor how many recipients there are: all 25 come, by asking until nothing new
# does. Of a threat with 2 no second page is asked for.
. "$(dirname "$0")/lib.sh"
sim --threats 0 --old-style 100 --detail-page-size 10 --no-next-page
sim_post 'add?threats=1&recipients=25&received=-600s'
sim_post 'add?threats=1&recipients=2&received=-600s'
sink in
start=2d
configure
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 27 ] || fail "$(wc -l <"$tmp/in.out") lines, not 27"
[ "$(sim_count detail)" -eq 4 ] || fail "$(sim_count detail) details, not 4"
