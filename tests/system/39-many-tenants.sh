# SPDX-License-Identifier: Apache-2.0
# limit: 200
# 200 tenants, each a source of its own, and an API that takes 100 ms for a
# reply. Two are not well: one has a wrong token, of the other nothing listens.
# The other 198 have their 10 records each, once; at no time are more than 128
# requests under way, and some time that many are; status tells which two are
# not well, and the sick ones delay nobody: all others poll a second time.
. "$(dirname "$0")/lib.sh"
tenants=200
sim --threats 5 --recipients 2 --span 1h --latency 100ms
sink in
(umask 077 && echo sim-token >"$tmp/token" && echo wrong >"$tmp/wrong")
dead=$(free_port)

# tenant NAME PORT TOKEN-FILE
tenant()
{
	cat <<CONF
source "$1" {
	host = "127.0.0.1:$2"
	token-file = "$tmp/$3"
	ca-file = "$certs/ca.pem"
	poll-interval = "2s"
	start = "2h"
	lag = "0s"
	requests-per-minute = 0
}
CONF
}

more=$(
	tenant wrong "$sim_port" wrong
	tenant dead "$dead" token
	for i in $(seq $((tenants - 3))); do
		tenant "t$i" "$sim_port" token
	done
)
start=2h
poll_interval=2s
configure
run_cefd
wait_for "all records" sunk_is in records -ge $(((tenants - 2) * 10))
wait_drained

# How many have polled well at least NUMBER times, by their lines in the log.
polled()
{
	grep -o 'fetched [0-9]* threats source=[a-z0-9]*' "$tmp/cefd.log" |
	    sed 's/.*=//' | sort | uniq -c | awk -v n="$1" '$1 >= n' | wc -l
}
polled_twice()
{
	[ "$(polled 2)" -eq $((tenants - 2)) ]
}
wait_for "198 sources have polled twice" polled_twice
wait_for "the wrong token is told" source_is wrong denied
wait_for "the dead one is told" source_is dead '\(backing-off\|failing\)'
wait_drained
stop cefd

most=$(sim_count max_in_flight)
say "at most $most requests at once"
[ "$most" -le 128 ] || fail "$most requests at once"
[ "$most" -ge 32 ] || fail "only $most requests at once: it does not tell much"
value deviceExternalId <"$tmp/in.out" | sort | uniq -c >"$tmp/each.txt"
[ "$(awk '$1 == 10' "$tmp/each.txt" | wc -l)" -eq $((tenants - 2)) ] ||
    fail "not 10 records of each: $(awk '$1 != 10' "$tmp/each.txt" | head -n 3)"
[ "$(sort "$tmp/in.out" | uniq -d | wc -l)" -eq 0 ] || fail "some came twice"
