#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The API refuses the token: cefd says in plain words what that means, status
# says "denied", and it stays alive. The right token in the file, and all 60
# records arrive, each once. Neither token is ever in the log, verbose as it is.
# A tenant without the licence, and one without the permission, are told apart.
. "$(dirname "$0")/lib.sh"
wrong=wrong-f0e1d2c3b4a5
right=right-5a4b3c2d1e0f
umask 077
echo "$wrong" >"$tmp/token"
sim --threats 20 --recipients 3 --token "$right"
sink in
configure

source_is()
{
	ctl status --json | tr '{' '\n' | grep '"name": *"acme"' |
	    grep -q "\"state\": *\"$1\""
}

run_cefd
wait_for "the source is denied" source_is denied
wait_log cefd 'abnormal-security: .*401'
wait_log cefd 'token'
[ ! -s "$tmp/in.out" ] || fail "something arrived"

# A poll by hand does not wait until a refusal is over; it may fail.
poked()
{
	timeout 1 "$cefctl" -s "$tmp/ctl" poll acme >>"$tmp/poll.log" 2>&1 ||
	    true
	"$@"
}
echo "$right" >"$tmp/token"
sim_fault 402 list 1
sim_fault 403 list 1
wait_for "402 is told" poked logged cefd 'abnormal-security: .*402'
wait_for "403 is told" poked logged cefd 'abnormal-security: .*403'
wait_for "the records" poked sunk_is in records -ge 60
wait_for "the source is well" source_is ok
wait_drained
check_arrived "$tmp/in.out" 0
for token in "$wrong" "$right"; do
	! grep -q -e "$token" "$tmp/cefd.log" "$tmp/poll.log" ||
	    fail "a token is in the log"
done
