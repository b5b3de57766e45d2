#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# A source and a destination share a name. `cefctl test` walks to both, with and
# without a daemon, and source/NAME or destination/NAME says which is meant
# wherever a name is taken, also where only one kind can be.
. "$(dirname "$0")/lib.sh"
sim --threats 3
sink in
configure
sed -i 's/destination "out"/destination "acme"/' "$tmp/cefd.conf"
run_cefd
poll

# told STATUS ARGUMENT... - what is said is in said.log.
told()
{
	expected=$1
	shift
	status=0
	"$cefctl" "$@" >"$tmp/said.log" 2>&1 </dev/null || status=$?
	[ "$status" -eq "$expected" ] ||
	    fail "cefctl $*: exit $status, not $expected"
}

silent_about()
{
	! grep -e "$1" "$tmp/said.log" || fail "it says \"$1\""
}

for where in "-s $tmp/ctl" "-c $tmp/cefd.conf"; do
	# shellcheck disable=SC2086 # an option and its value
	set -- $where
	told 0 "$@" test acme
	says '^ok    token' '^ok    connect' '^ok    certificate' \
	    '^ok    framing' '^ok    record'
	[ "$(grep -c '^acme: well$' "$tmp/said.log")" -eq 2 ] ||
	    fail "not both are summed up"
	told 0 "$@" test
	says '^ok    token' '^ok    framing' '^ok    record'
	told 0 "$@" test source/acme
	says '^ok    token' '^acme: well$'
	silent_about '^ok    framing'
	told 0 "$@" test destination/acme
	says '^ok    framing' '^ok    record' '^acme: well$'
	silent_about '^ok    token'
	told 64 "$@" test source/nobody
	says 'source/nobody: \|source/nobody (cefctl names'
	told 64 "$@" test other/acme
done
told 0 -s "$tmp/ctl" poll source/acme
told 0 -s "$tmp/ctl" poll --dry-run source/acme
told 64 -s "$tmp/ctl" poll destination/acme
says 'no such source: destination/acme'
told 0 -s "$tmp/ctl" send-test destination/acme
says '^confirmed by'
told 64 -s "$tmp/ctl" send-test source/acme
says 'no destination source/acme takes\|no such destination: source/acme'
told 0 -s "$tmp/ctl" queue peek destination/acme
told 0 -s "$tmp/ctl" replay source/acme --since=1d --to=destination/acme
told 64 -s "$tmp/ctl" replay source/acme --since=1d --to=source/acme
says 'no destination source/acme takes\|no such destination: source/acme'
told 64 -s "$tmp/ctl" pause acme
says 'say source/acme or destination/acme'
told 0 -s "$tmp/ctl" pause destination/acme
told 0 -s "$tmp/ctl" resume destination/acme
# Where one falls short, so does the whole.
stop in
told 1 -s "$tmp/ctl" test acme
says '^acme: well$' '^acme: not well$'
stop sim
told 1 -c "$tmp/cefd.conf" test acme
