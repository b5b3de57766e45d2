#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Over IPv6, by address and by a name that has both kinds of address while the
# receiver listens on IPv6 only. 2 x 30 records, each once.
. "$(dirname "$0")/lib.sh"
grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null || skip "no IPv6 loopback"
sim --threats 10 --recipients 3
sink in --listen '[::1]:0'
servers="\"[::1]:$sink_port\""
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 0
stop cefd

getent ahostsv6 localhost | grep -q '^::1 ' || exit 0
servers="\"localhost:$sink_port\""
configure
run_cefd
sim_add 10
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
