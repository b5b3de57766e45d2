#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# cefctl send-test puts one marked record behind what waits and tells by what it
# was confirmed; of a receiver that is away it tells what is wrong, and the
# record comes when the receiver does. One that is dropped is not confirmed.
. "$(dirname "$0")/lib.sh"
make_certs
sink in
sim --threats 1
destination_more='connect-timeout = 1s confirm-timeout = 1s'
configure
run_cefd
ctl send-test out >"$tmp/said.txt" || fail "send-test: exit $?"
grep -q 'confirmed by close-notify .*127.0.0.1:' "$tmp/said.txt" ||
    fail "it says: $(cat "$tmp/said.txt")"
grep -q '|forwarder-status|.*cat=test ' "$tmp/in.out" || fail "none came"
status=0
ctl send-test nobody 2>"$tmp/why.txt" || status=$?
[ "$status" -eq 64 ] || fail "send-test nobody: exit $status"
stop in
status=0
ctl send-test out 2>"$tmp/why.txt" || status=$?
[ "$status" -eq 1 ] || fail "send-test to nobody's port: exit $status"
grep -q 'not confirmed: .*refused.* stays in the queue, behind 0 others' \
    "$tmp/why.txt" || fail "it says: $(cat "$tmp/why.txt")"
sink in
wait_drained
[ "$(grep -c 'cat=test ' "$tmp/in.out")" -eq 2 ] || fail "it did not come"

stop in
ctl send-test out >"$tmp/said.txt" 2>"$tmp/why.txt" &
asked=$!
waits()
{
	ctl queue list | grep -Eq '^out +in use +1 '
}
wait_for "the record waits" waits
ctl queue drop out --force >"$tmp/dropped.txt" || fail "queue drop: exit $?"
status=0
wait "$asked" || status=$?
[ "$status" -eq 1 ] ||
    fail "send-test of what was dropped: exit $status, $(cat "$tmp/said.txt")"
grep -q 'the record was dropped' "$tmp/why.txt" ||
    fail "it says: $(cat "$tmp/why.txt")"
