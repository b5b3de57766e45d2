#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A second destination that asks for severe threats and some statuses gets those
# and no others, and the first, which asks for nothing, gets all. Once a reload
# has dropped the filters, the next ones all come.
. "$(dirname "$0")/lib.sh"
make_certs
sink some
some_port=$sink_port
sink in
sim --threats 300 --recipients 2
part()
{
	more="destination \"part\" {
		servers = {\"127.0.0.1:$some_port\"}
		ca-file = \"$certs/ca.pem\"
		hostname = \"sender.example\"
		$1
	}"
	configure
}
part 'min-severity = 7
      statuses = {"auto-remediated", "Post Remediated", "remediated"}'
run_cefd
settle "$tmp/in.out"
wait_drained
# What has no status passes.
awk -F '|' '
$7 >= 7 && (!/ act=/ || / act=(Auto[- ]Remediated|Post Remediated|Remediated) /)
' "$tmp/in.out" | states - | sort >"$tmp/want.txt"
states "$tmp/some.out" | sort >"$tmp/got.txt"
[ -s "$tmp/want.txt" ] || fail "nothing is severe: the story proves nothing"
[ "$(wc -l <"$tmp/want.txt")" -lt "$(wc -l <"$tmp/in.out")" ] ||
    fail "all of it is severe: the story proves nothing"
cmp "$tmp/want.txt" "$tmp/got.txt" >&2 || fail "not what was asked for"
say "$(wc -l <"$tmp/got.txt") of $(wc -l <"$tmp/in.out") were asked for"

# A replay counts what it sends, not what it meets.
was=$(records threat "$tmp/some.out" | wc -l)
ctl replay acme --since=8d --to=part >"$tmp/said.txt" || fail "replay"
wait_drained
sent=$(($(records threat "$tmp/some.out" | wc -l) - was))
[ "$sent" -gt 0 ] || fail "nothing was sent again"
grep -q "^$sent records are sent again" "$tmp/said.txt" ||
    fail "$sent were sent again, and told: $(cat "$tmp/said.txt")"

part ''
ctl reload >>"$tmp/poll.log" || fail "reload"
before=$(wc -l <"$tmp/in.out")
was=$(wc -l <"$tmp/some.out")
sim_add 20
settle "$tmp/in.out"
wait_drained
new=$(($(wc -l <"$tmp/in.out") - before))
[ "$new" -ge 20 ] || fail "$new came"
[ "$(($(wc -l <"$tmp/some.out") - was))" -eq "$new" ] ||
    fail "the filter is gone, and yet not all came"
check_arrived "$tmp/in.out" 0
