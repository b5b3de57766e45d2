#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Three servers: the first is away, the second accepts and says nothing, the
# third works and is kept. When it goes, and the first comes, that one is used.
# 150 and 150 records, each once.
. "$(dirname "$0")/lib.sh"
make_certs
sim --threats 50 --recipients 3
first=$(free_port)
sink mute --mode silent-at-accept
second=$sink_port
sink third
servers="\"127.0.0.1:$first\", \"127.0.0.1:$second\", \"127.0.0.1:$sink_port\""
destination_more='connect-timeout = "500ms"'
configure
run_cefd
poll
wait_drained
check_arrived "$tmp/third.out" 0
[ "$(status_of server)" = "127.0.0.1:$sink_port" ] ||
    fail "server $(status_of server)"

stop third
echo "$first" >"$tmp/one.port"
sink one
first_has_all()
{
	poll
	wait_drained
	[ "$(wc -l <"$tmp/one.out")" -eq 150 ]
}
sim_add 50
wait_for "the first has it all" first_has_all
cat "$tmp/third.out" "$tmp/one.out" >"$tmp/all.out"
check_arrived "$tmp/all.out" 0
