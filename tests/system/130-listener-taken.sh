#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A status listener whose port is taken at the start holds up nothing: that is
# warned of once, told by status, and tried again until the port is free. A
# reload takes another address, and none.
. "$(dirname "$0")/lib.sh"
need curl
need python3
sim --threats 3
port=$(free_port)
sink blocker --tcp --listen "127.0.0.1:$port"
sink in

# listen ADDRESS - the configuration's
listen()
{
	sed -i "s/^status .*/status { listen = \"$1\" }/" "$tmp/cefd.conf"
}

ok()
{
	curl -sf --noproxy '*' -o "$tmp/health.txt" "http://127.0.0.1:$1/healthz"
}

# told PATTERN - by status, for programs and for eyes
told()
{
	ctl status >"$tmp/said.log" && says "$1" &&
	    python3 "$(dirname "$0")/on_terminal.py" 24 160 "$tmp/said.log" \
	        "$cefctl" -s "$tmp/ctl" status && says "$1"
}

configure
listen "127.0.0.1:$port"
run_cefd
wait_sunk in records -ge 3
wait_log cefd "status listener: cannot listen on 127.0.0.1:$port: .*; trying again"
told "cannot listen on 127.0.0.1:$port"
says '1 thing needs attention'
ctl status --json | grep -q '"listener": {"listens": false, "trouble": "cannot' ||
    fail "not in the JSON"
stop blocker
wait_for "it listens once the port is free" ok "$port"
wait_log cefd "status listener: it listens now.*127.0.0.1:$port"
[ "$(grep -c 'warning.*status listener' "$tmp/cefd.log")" -eq 1 ] ||
    fail "it is warned of more than once"
ctl status >"$tmp/said.log"
! grep -q listen "$tmp/said.log" || fail "status still tells of it"
ctl status --json | grep -q '"listener": {"listens": true, "trouble": null' ||
    fail "the JSON still tells of it"

other=$(free_port)
listen "127.0.0.1:$other"
ctl reload
ok "$other" || fail "the new address is not served after a reload"
! ok "$port" || fail "the old address is still served"
listen ''
ctl reload
! ok "$other" || fail "it listens although it is told not to"

# One that is taken, by a reload: the rest of it counts, and the next one mends.
sink blocker --tcp --listen "127.0.0.1:$port"
listen "127.0.0.1:$port"
ctl reload
told "cannot listen on 127.0.0.1:$port"
listen "127.0.0.1:$other"
ctl reload
ok "$other" || fail "the address after a taken one is not served"
