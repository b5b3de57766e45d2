#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A spool that is damaged at its start, or cut short, is refused and never moved
# by itself. cefd --spool-reset moves it aside, keeps it, and says what will be
# fetched again; then all of that comes. One that is well is left where it is,
# and none is begun where there is none.
. "$(dirname "$0")/lib.sh"
make_certs
sink_port=$(free_port)
sim --threats 50 --recipients 2
configure
run_cefd
poll
wait_status queued -eq 100
status=0
"$cefd" --spool-reset -c "$tmp/cefd.conf" >"$tmp/said.txt" 2>&1 || status=$?
[ "$status" -eq 77 ] || fail "reset under a running cefd: exit $status"
stop cefd
refused()
{
	status=0
	"$cefd" -c "$tmp/cefd.conf" >"$tmp/said.txt" 2>&1 || status=$?
	[ "$status" -eq 73 ] || fail "$1: exit $status"
	grep -q -- '--spool-reset' "$tmp/said.txt" ||
	    fail "$1: it says $(cat "$tmp/said.txt")"
	cmp "$tmp/spool/data.mdb" "$tmp/damaged" || fail "$1: it was touched"
}
cp "$tmp/spool/data.mdb" "$tmp/good"
# A bit of the number of the last commit, in both pages.
cp "$tmp/good" "$tmp/damaged"
printf '\377' | dd of="$tmp/damaged" bs=1 seek=149 conv=notrunc 2>/dev/null
cp "$tmp/damaged" "$tmp/spool/data.mdb"
refused 'a damaged meta page'
head -c 20000 "$tmp/good" >"$tmp/damaged"
cp "$tmp/damaged" "$tmp/spool/data.mdb"
refused 'a file that was cut'
"$cefd" --spool-reset -c "$tmp/cefd.conf" >"$tmp/said.txt" 2>&1 ||
    fail "reset: exit $?"
grep -q 'is not known' "$tmp/said.txt" || fail "$(cat "$tmp/said.txt")"
grep -q 'source acme: what was received since 20.* is fetched again' \
    "$tmp/said.txt" || fail "$(cat "$tmp/said.txt")"
grep -q 'was paused is not any more: pause it again' "$tmp/said.txt" ||
    fail "$(cat "$tmp/said.txt")"
cmp "$tmp/spool"/data.mdb.aside-* "$tmp/damaged" || fail "it was not kept"
[ ! -e "$tmp/spool/data.mdb" ] || fail "it is still there"

sink in --listen "127.0.0.1:$sink_port"
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
stop cefd
rm "$tmp/spool"/data.mdb.aside-*
cp "$tmp/good" "$tmp/spool/data.mdb"
mistaken()
{
	status=0
	# shellcheck disable=SC2086 # a command before it, or nothing
	$lacking "$cefd" --spool-reset -c "$tmp/cefd.conf" \
	    >"$tmp/said.txt" 2>&1 || status=$?
	[ "$status" -eq "${3:-64}" ] || fail "$1: exit $status"
	grep -q "$2" "$tmp/said.txt" || fail "$1: $(cat "$tmp/said.txt")"
}
lacking='prlimit --nofile=5'
mistaken "no descriptors" "may be well: .*Too many open.*nothing was" 77
lacking=
mistaken "one that is well" \
    "$tmp/spool is well, and 100 records wait in it: nothing was done; .*move"
[ "$(ls "$tmp/spool")" = data.mdb ] || fail "there is $(ls "$tmp/spool")"
sed -i "s|$tmp/spool|$tmp/typo|" "$tmp/cefd.conf"
mistaken "a path that is not there" "no spool in $tmp/typo: nothing was done"
[ ! -e "$tmp/typo" ] || fail "the folder was made"
mkdir "$tmp/typo"
mistaken "an empty folder" "no spool in $tmp/typo: nothing was done"
[ -z "$(ls "$tmp/typo")" ] || fail "there is $(ls "$tmp/typo")"
