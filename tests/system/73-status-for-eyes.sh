#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# What a person at a terminal sees. A receiver is away while 30,000 records wait:
# status says that one thing needs attention, which, and what to do next. While
# they drain, and while a backfill runs, there is an estimate, in the JSON too;
# at the end all is well. `status --watch` draws over its last frame, follows the
# terminal's size, outlives a cefd that is killed and started again, and Ctrl-C
# ends it with the cursor back. A pipe, NO_COLOR and TERM=dumb get no colours.
. "$(dirname "$0")/lib.sh"
need python3
esc=$(printf '\033')

# on_tty FILE COMMAND... - on a terminal of 24 lines and 100 columns
on_tty()
{
	out=$1
	shift
	python3 "$here/on_terminal.py" 24 100 "$out" "$@"
}

# has FILE PATTERN - in what a terminal got, without colours
has()
{
	sed "s/$esc\[[0-9;?]*[A-Za-z]//g" "$1" | grep -q -e "$2"
}

# shows PATTERN - `cefctl status` on a terminal, now
shows()
{
	TERM=xterm on_tty "$tmp/now.tty" "$cefctl" -s "$tmp/ctl" status
	has "$tmp/now.tty" "$1"
}

# progress_of destinations|sources - "LEFT ENDS", of the one there is
progress_of()
{
	ctl status --json | python3 -c '
import json, sys
p = json.load(sys.stdin)[sys.argv[1]][0]["progress"]
print(p["left"], p["ends_in_seconds"]) if p else print("none")' "$1"
}

has_estimate()
{
	expr "$(progress_of "$1")" : '[1-9][0-9]* [0-9.]*$'
}

make_certs
sink_port=$(free_port)
mkdir "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue out --records 30000 --size 300
sim --threats 0
destination_more="rate = 3000"
configure
run_cefd
wait_log cefd 'retrying in'
wait_for "trouble is told" shows '^1 thing needs attention'
has "$tmp/now.tty" "^! out: 127.0.0.1:$sink_port.*refused" ||
    fail "not what is wrong: $(cat "$tmp/now.tty")"
has "$tmp/now.tty" '^ *next: .*cefctl test out' || fail "nor what to do"
has "$tmp/now.tty" '^  \[--*\] 0 % done; 30000 records to go, no estimate yet' ||
    fail "no progress: $(cat "$tmp/now.tty")"
[ "$(wc -l <"$tmp/now.tty")" -le 24 ] || fail "more than a screen"

# Colours where they are wanted.
grep -q "$esc\[1;31m1 thing" "$tmp/now.tty" || fail "no colour on a terminal"
NO_COLOR=1 TERM=xterm on_tty "$tmp/plain.tty" "$cefctl" -s "$tmp/ctl" status
TERM=dumb on_tty "$tmp/dumb.tty" "$cefctl" -s "$tmp/ctl" status
for file in plain dumb; do
	has "$tmp/$file.tty" '^1 thing needs attention' || fail "$file: no screen"
	! grep -q "$esc" "$tmp/$file.tty" || fail "$file: a colour"
done
ctl status >"$tmp/pipe.txt"
! grep -q "$esc" "$tmp/pipe.txt" || fail "a colour in a pipe"
grep -q '^DESTINATION  STATE' "$tmp/pipe.txt" || fail "the pipe got a screen"

# The watch sees the drain, with its end in sight.
# shellcheck disable=SC2016 # for the inner shell
start watch env TERM=xterm python3 "$here/on_terminal.py" 24 100 "$tmp/watch.tty" \
    "$cefctl" -s "$tmp/ctl" status --watch
wait_for "the first frame" has "$tmp/watch.tty" '1 thing needs attention'
echo "$sink_port" >"$tmp/in.port"
sink in --count-only
wait_for "an estimate of the drain" has_estimate destinations
say "draining: $(progress_of destinations), records and seconds"
wait_for "the watch has it" has "$tmp/watch.tty" \
    '[0-9] % done; [0-9]* records to go at [0-9]* a second, about [0-9]*s left'

# cefd is away for a while.
kill9 cefd
wait_for "the watch says so" has "$tmp/watch.tty" '^No answer for [0-9]* s'
is_up watch || fail "the watch ended with cefd"
frames=$(grep -c 'cefd [0-9].*, up' "$tmp/watch.tty")
run_cefd
more_frames()
{
	[ "$(grep -c 'cefd [0-9].*, up' "$tmp/watch.tty")" -gt $((frames + 2)) ]
}
wait_for "the watch goes on" more_frames
wait_drained
wait_for "all is well" shows '^All well'
[ "$(progress_of destinations)" = none ] || fail "a drain of nothing"

# Another size, and the end.
: >"$tmp/watch.tty"
kill -USR2 "$(cat "$tmp/watch.pid")"
narrow()
{
	# What stood before the change is not looked at.
	tail -n 6 "$tmp/watch.tty" | sed "s/$esc\[[0-9;?]*[A-Za-z]//g; s/…/~/" |
	    tr -d '\r' | awk 'length > 60 { wide = 1 } /acme.*~$/ { seen = 1 }
	        END { exit wide || !seen }'
}
wait_for "narrow frames" narrow
kill -USR1 "$(cat "$tmp/watch.pid")"
wait_exit watch
[ "$status" -eq 0 ] || fail "Ctrl-C: exit $status"
tail -c 6 "$tmp/watch.tty" | grep -q "$esc\[?25h" || fail "the cursor is hidden"

# A backfill of a week: 400 threats, a request takes its time.
sim_post "add?threats=400&received=-1h&spread=6d"
sim_post 'set?latency=150ms'
stop cefd
rm -r "$tmp/spool"
configure
run_cefd
wait_for "an estimate of the backfill" has_estimate sources
say "backfill: $(progress_of sources), seconds to fetch and seconds to go"
wait_for "the screen has it" shows \
    '\[#*-*\] [0-9]* % done; [0-9].* of the past to fetch, about '
sim_post 'set?latency=0s'
wait_for "all is well" shows '^All well'
