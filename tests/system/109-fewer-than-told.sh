#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The API shows 3 of the 5 recipients of a threat, and says that there are 5:
# those come, and the log, status and the metrics tell. A day later it shows the
# rest: that comes, nothing twice. A threat whose three messages went to one
# recipient is as long as it says.
. "$(dirname "$0")/lib.sh"
need curl
sim --threats 0 --old-style 0 --detail-cap 3
long=$(sim_ask 'add?threats=1&recipients=5&received=-600s')
same=$(sim_ask 'add?threats=1&recipients=1&received=-600s')
sim_post "recipient?threat=$same&count=2&received=-600s&same=1"
sink in
start=2d
configure
port=$(free_port)
sed -i "s/listen = \"\"/listen = \"127.0.0.1:$port\"/" "$tmp/cefd.conf"
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 6 ] || fail "$(wc -l <"$tmp/in.out") lines, not 6"

wait_log cefd "shows 3 of the 5 recipients of a threat: .* threat=$long"
! logged cefd "recipients of a threat: .* threat=$same" ||
    fail "messages are taken for recipients"
wait_status shortfalls -ge 1
curl -sS --noproxy '*' "http://127.0.0.1:$port/metrics" >"$tmp/metrics.txt"
grep -q '^cefd_source_shortfalls_total{.*} [1-9]' "$tmp/metrics.txt" ||
    fail "no shortfall among the metrics"

# It becomes more, of which nothing shows: that is told as well.
sim_post "recipient?threat=$long&count=1&received=-600s"
sim_post 'set?skew=3h'
poll
wait_log cefd "shows 3 of the 6 recipients of a threat: .* threat=$long"

# All of it shows, and it is long enough ago, whatever windows it lies in.
sim_post 'set?detail-cap=2000'
sim_post 'set?skew=30h'
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 9 ] || fail "$(wc -l <"$tmp/in.out") lines, not 9"
poll
told=$(count_log cefd 'recipients of a threat')
poll
[ "$(count_log cefd 'recipients of a threat')" -eq "$told" ] ||
    fail "it is told again, or of what is whole"
