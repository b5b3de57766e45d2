# SPDX-License-Identifier: Apache-2.0
# limit: 280
# The token ends in five days: one warning in the log and one notice among the
# records, and not again after a restart; the API is asked for the tokens once in
# a life. The token is then refused (401): the source is denied, and within
# seconds of a new one in its file, without a reload, it is well again. A token
# with a blank inside is refused in plain words, and no token is ever told.
. "$(dirname "$0")/lib.sh"
first=first-5a4b3c2d1e0f
second=second-0f1e2d3c4b5a
umask 077
echo "$first" >"$tmp/token"
api()
{
	sim --threats 20 --recipients 2 --base "$(date -u +%Y-%m-%dT00:00:00Z)" \
	    --token-expires +5d "$@"
}
api --token "$first"
sink in
start=3d
configure
run_cefd
wait_log cefd 'the token expires soon'
settle "$tmp/in.out"
stop cefd
run_cefd
poll
poll
wait_drained
[ "$(count_log cefd 'the token expires soon')" -eq 1 ] ||
    fail "$(count_log cefd 'the token expires soon') warnings, not 1"
[ "$(sim_count tokens)" -eq 2 ] ||
    fail "$(sim_count tokens) requests for tokens in two lives"
notices token "$tmp/in.out" >"$tmp/notices.txt"
[ "$(wc -l <"$tmp/notices.txt")" -eq 1 ] ||
    fail "$(wc -l <"$tmp/notices.txt") notices, not 1"
[ "$(value act <"$tmp/notices.txt")" = expires ] || fail "act is wrong"
left=$(($(value end <"$tmp/notices.txt") / 1000 - $(date +%s)))
[ "$left" -gt $((5 * 86400 - 600)) ] && [ "$left" -le $((5 * 86400)) ] ||
    fail "the notice says that it ends in $left s"

# The same data on the same port, for another token. An interval is ten minutes:
# only who looks at the file can be well again within a story.
stop sim
api --listen "127.0.0.1:$sim_port" --token "$second"
! ctl poll acme >>"$tmp/poll.log" 2>&1 || fail "the old token is still good"
wait_for "the source is denied" source_is acme denied
wait_log cefd 'HTTP 401: .*expired or revoked'
# By its mtime it is the same file.
echo "$second" >"$tmp/token.next"
touch -r "$tmp/token" "$tmp/token.next"
mv "$tmp/token.next" "$tmp/token"
wait_log cefd 'the token file has changed'
wait_for "the source is well" source_is acme ok
sim_add 5
settle "$tmp/in.out"
records threat "$tmp/in.out" >"$tmp/threats.out"
check_arrived "$tmp/threats.out" 0

echo "second 0f1e2d3c4b5a" >"$tmp/token"
! ctl poll acme >>"$tmp/poll.log" 2>&1 || fail "a token with a blank is good"
wait_log cefd 'cannot read the token: .*octet 7 is a blank'
! grep -q -e "$first" -e "$second" -e 0f1e2d3c4b5a "$tmp/cefd.log" \
    "$tmp/poll.log" "$tmp/in.out" || fail "a token is told"

# Whatever the polls do, there is one warning in the log and one record: of a
# token that is refused, of a source that is paused, and while the API is in
# trouble since the start. With a full spool the record comes when there is room.
# What is disabled is not warned of.
ends_in()
{
	end=$(date -u -d "+$1 hours" +%Y-%m-%dT%H:%M:%SZ)
	source_more="token-expires = $end"
	more="source \"off\" {
		enabled = false
		host = \"127.0.0.1:$sim_port\"
		token-file = \"$tmp/token\"
		token-expires = $end
	}"
	configure
}

in_log()
{
	[ "$(count_log cefd "the token expires soon.*date=$end")" -eq 1 ]
}

warned()
{
	in_log && [ "$(notices token "$tmp/in.out" | value end |
	    grep -c "^$(date -d "$end" +%s)000\$")" -eq 1 ]
}

echo "$first" >"$tmp/token"
! ctl poll acme >>"$tmp/poll.log" 2>&1 || fail "the old token is still good"
wait_for "the source is denied again" source_is acme denied
ends_in 600
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
wait_for "a warning while it is denied" warned
ctl pause acme >>"$tmp/poll.log" || fail "pause: exit $?"
ends_in 500
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
wait_for "a warning while it is paused" warned
stop cefd
echo "$second" >"$tmp/token"
run_cefd
ctl resume acme >>"$tmp/poll.log" || fail "resume: exit $?"
poll
sim_fault 503 any 0
ends_in 400
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
wait_for "a warning while the API is in trouble" warned
stop cefd
stop in
sim_post clear
sim_add 3000 received=-60s
spool_path=$tmp/small
quota=1MiB
ends_in 300
configure
run_cefd
wait_status full = true
ends_in 20
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
wait_log cefd 'the warning is no record yet'
in_log || fail "not one warning while the spool is full"
echo "$sink_port" >"$tmp/in.port"
sink in
wait_for "the record when there is room" warned
[ "$(count_log cefd 'the warning is no record yet')" -eq 1 ] ||
    fail "that it is no record is said again"
! logged cefd 'expires soon.*source=off' || fail "a disabled source is warned of"
stop cefd

# The machine's own time is not gone by, for as long as the API tells none.
stop sim
rm -rf "$tmp/fresh" "$tmp/cefd.log"
spool_path=$tmp/fresh
poll_interval=1s
ends_in 20
run_cefd
has_run()
{
	[ "$(status_of uptime | cut -d . -f 1)" -ge 8 ]
}
wait_for "it has run for a while" has_run
! logged cefd 'expires soon' || fail "a warning by an unproven clock"
