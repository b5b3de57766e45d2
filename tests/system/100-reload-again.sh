#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# What a reload finds. A detail that waits to be tried again is in status right
# after it, not only after the next poll, which is ten minutes away. And sources
# that are refused ask again, since the token may be new, but one after the
# other: eleven of them over five seconds, each still shown as denied until then.
. "$(dirname "$0")/lib.sh"
sim --threats 10 --recipients 1
sink in
id=$(sim_get truth | cut -f 4 | head -n 1)
sim_fault 404 detail 0 "id=$id"
(umask 077 && echo wrong >"$tmp/wrong")
more=$(for i in $(seq 11); do
	cat <<CONF
source "w$i" {
	host = "127.0.0.1:$sim_port"
	token-file = "$tmp/wrong"
	ca-file = "$certs/ca.pem"
}
CONF
done)
configure
run_cefd
poll
wait_drained

# retries - of the source that is well
retries()
{
	ctl status --json | tr '{' '\n' | grep -m 1 '"name": *"acme"' |
	    sed 's/.*"pending_retries": *\([0-9]*\).*/\1/'
}

# refused NUMBER - so many times each of the others was
refused()
{
	for i in $(seq 11); do
		[ "$(grep -c "HTTP 401.* source=w$i " "$tmp/cefd.log")" -ge "$1" ] ||
		    return 1
	done
}
wait_for "all are refused" refused 1
[ "$(retries)" -eq 1 ] || fail "$(retries) retries before the reload"

lists=$(sim_count list)
destination_more='format = "json"'
configure
ctl reload >/dev/null
[ "$(retries)" -eq 1 ] || fail "$(retries) retries after the reload"
source_is w11 denied || fail "w11 is not shown as denied"
wait_for "all are refused again" refused 2
[ "$(sim_count list)" -eq "$lists" ] || fail "who is well has asked again"
for i in 1 11; do
	grep "HTTP 401.* source=w$i " "$tmp/cefd.log" | sed -n 2p |
	    cut -c 1-23 | tr 'T' ' '
done >"$tmp/times.txt"
first=$(date -u -d "$(sed -n 1p "$tmp/times.txt")" +%s%3N)
last=$(date -u -d "$(sed -n 2p "$tmp/times.txt")" +%s%3N)
say "the last asked $((last - first)) ms after the first"
[ $((last - first)) -ge 3000 ] || fail "all asked at once"
