#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whatever is asked of cefd or cefctl, when its answer cannot be written the
# exit code says so (74), and one line says why: with a daemon and without.
. "$(dirname "$0")/lib.sh"
[ -w /dev/full ] || skip "no /dev/full here"
sim --threats 3 --recipients 1
sink in
configure

# lost REASON PROGRAM ARGUMENT... - with >/dev/full, or with >&- where
# the descriptor is what is bad
lost()
{
	reason=$1
	shift
	code=0
	case $reason in
	Bad*) "$@" >&- 2>"$tmp/said.txt" || code=$? ;;
	*) "$@" >/dev/full 2>"$tmp/said.txt" || code=$? ;;
	esac
	[ "$code" -eq 74 ] || fail "$*: exit $code: $(cat "$tmp/said.txt")"
	[ "$(grep -v 'warning' "$tmp/said.txt")" = \
	    "$(basename "$1"): cannot write to standard output: $reason: write\
 it elsewhere, or make room" ] ||
	    fail "$*: it says $(cat "$tmp/said.txt")"
}

full='No space left on device'
for option in --help --version --print --check; do
	lost "$full" "$cefd" -c "$tmp/cefd.conf" "$option"
done
lost 'Bad file descriptor' "$cefd" -c "$tmp/cefd.conf" --print
for option in --help --version; do
	lost "$full" "$cefctl" "$option"
done
lost 'Bad file descriptor' "$cefctl" --version
lost "$full" "$cefctl" -c "$tmp/cefd.conf" test
lost "$full" "$cefctl" convert "$top_srcdir/tests/golden/full.json"
run_cefd
for command in status 'status --json' 'status --watch' names 'poll acme' \
    'queue list' 'test acme' 'test out'; do
	# shellcheck disable=SC2086 # words
	lost "$full" "$cefctl" -s "$tmp/ctl" $command
done
stop cefd
[ "$status" -eq 0 ] || fail "cefd ended with $status"
truncate -s 20000 "$tmp/spool/data.mdb"
lost "$full" "$cefd" -c "$tmp/cefd.conf" --spool-reset
