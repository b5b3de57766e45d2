#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A start that is a year ahead is refused by --check and by a reload, which goes
# on with what was. One that is hours ahead, as a clock may be off, is taken;
# then nothing is asked yet, and no poll counts as a success: the token may have
# ended since.
. "$(dirname "$0")/lib.sh"
sim --threats 5 --span 2h
sink in
poll_interval=1s
configure
run_cefd
poll
grep -q 'start = "7d"' "$tmp/cefd.conf" || fail "no start to replace"
sed -i 's/start = "7d"/start = "2999-01-01T00:00:00Z"/' "$tmp/cefd.conf"
status=0
"$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.log" 2>&1 || status=$?
[ "$status" -eq 78 ] || fail "--check: exit $status"
grep -q 'still to come' "$tmp/check.log" || fail "it says: $(cat "$tmp/check.log")"
! ctl reload >"$tmp/reload.log" 2>&1 || fail "a reload takes it"
ctl status | grep -q '^acme  *\(ok\|polling\)' || fail "what was is gone"
stop cefd

rm -r "$tmp/spool"
sed -i "s/start = .*/start = \"$(date -u -d '+12 hours' +%Y-%m-%dT%H:%M:%SZ)\"/" \
    "$tmp/cefd.conf"
run_cefd
poll
sim_fault 401 any 0
last_success()
{
	ctl status --json | tr ',' '\n' | sed 's/.*"last_success": //;t;d' | head -n 1
}
before=$(last_success)
for i in 1 2 3; do
	ctl poll acme >>"$tmp/poll.log" 2>&1 || true
done
[ "$(last_success)" = "$before" ] ||
    fail "a success without an answer: $(last_success), it was $before"
