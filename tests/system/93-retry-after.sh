# SPDX-License-Identifier: Apache-2.0
# The API asks to be left alone for an hour (429, Retry-After). A poll and a test
# by hand say so at once and ask nothing, and each stream's status says until
# when. Where one stream has no licence, reloads that change nothing ask nothing.
. "$(dirname "$0")/lib.sh"
sim --threats 20 --recipients 2 --span 1h --unlicensed cases
sink in
poll_interval=5s
source_more='streams = {"threats", "cases", "audit"}'
configure
run_cefd
settle "$tmp/in.out"
streams_are()
{
	[ "$(ctl status --json | grep -o "\"state\": *\"$1\"" | wc -l)" -ge "$2" ]
}
sed -i 's/poll-interval = .*/poll-interval = 1h/' "$tmp/cefd.conf"
ctl reload >"$tmp/reload.out"
ctl poll acme >"$tmp/poll.out" 2>&1 || true
lists=$(sim_count list)
for _ in 1 2 3; do ctl reload >"$tmp/reload.out"; done
ctl status >"$tmp/status.out"
[ "$(sim_count list)" -eq "$lists" ] || fail "a reload has polled"

sed -i 's/poll-interval = .*/poll-interval = 5s/' "$tmp/cefd.conf"
sim_post "fault?on=list&kind=429&count=1&retry-after=3600"
ctl reload >"$tmp/reload.out"
wait_log cefd 'going on in'
lists=$(sim_count list)
! timeout 10 "$cefctl" -s "$tmp/ctl" poll acme >"$tmp/poll.out" 2>&1 ||
    fail "a poll went well"
grep -q 'asked us to wait until' "$tmp/poll.out" || fail "poll does not say so"
timeout 10 "$cefctl" -s "$tmp/ctl" test acme >"$tmp/test.out" 2>&1 || true
grep -q 'asked us to wait until' "$tmp/test.out" || fail "test does not say so"
[ "$(sim_count list)" -eq "$lists" ] || fail "something was asked"
wait_for "all streams back off" streams_are backing-off 3
