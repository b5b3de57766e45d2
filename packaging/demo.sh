#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job, from a clone on a fresh machine: installs what the build needs,
# builds in build/demo, then runs a simulator of the Abnormal API, cefd and a
# TLS syslog receiver on 127.0.0.1, and shows threats arriving as CEF. It ends
# by itself once every threat record that the simulator has shown has arrived
# and been confirmed, with exit code 0 only then.
#
# demo.sh [--keep]     --keep: afterwards threats go on coming until Ctrl-C
#
# SKIP_INSTALL=1 leaves the machine's packages alone.
set -eu
keep=
case $#:${1:-} in
0:) ;;
1:--keep) keep=yes ;;
*)
	echo 'usage: demo.sh [--keep]' >&2
	exit 64
	;;
esac
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/packaging/lib.sh"

build=${BUILD:-$top/build/demo}
case $top$build in
*[[:space:]]*)
	echo "demo.sh: $build: make takes no folder whose name has a" \
	    'blank: clone into one without' >&2
	exit 64
	;;
esac
[ -n "${SKIP_INSTALL:-}" ] || install_packages build
configured "$build" --quiet --enable-tests
# In two steps: "all" is a make of its own, and two would build the same things.
make_in "$build" all
make_in "$build" tests/bin/cefsim tests/bin/sink tests/bin/mkcerts

# The parts of the system tests: programs that are ended by their pid, waits
# that have a limit, and the comparison of what was sent with what arrived.
top_srcdir=$top
top_builddir=$(cd "$build" && pwd)
. "$top/tests/system/lib.sh"

heading()
{
	printf '\n== %s\n' "$*"
}

# all_confirmed - the spool is empty, and as many records are confirmed as were
# made.
all_confirmed()
{
	status_is queued -eq 0 &&
	    status_is confirmed -ge "$(status_of records)"
}

heading 'a simulated API with 200 threats, and a TLS receiver'
sim --threats 200 --recipients 1-3
sink siem
poll_interval=5s
configure
echo "API on 127.0.0.1:$sim_port, receiver on 127.0.0.1:$sink_port"
echo 'the configuration:'
sed '/^[[:space:]]*$/d; s/^/    /' "$tmp/cefd.conf"

heading 'cefd fetches, spools, sends, and has each session confirmed'
run_cefd
wait_log cefd 'abnormal-security: fetched 200 threats'
wait_for 'every record is confirmed' all_confirmed
grep 'abnormal-security: fetched' "$tmp/cefd.log" | tail -n 1
echo 'three of the records, as the receiver got them:'
tail -n 3 "$tmp/siem.out" | sed 's/^/    /'

heading 'the receiver is killed, 20 threats come and 15 change, it is back'
kill9 siem
sim_add 20
sim_change 15 'Post%20Remediated'
poll
sink siem
settle "$tmp/siem.out"
wait_for 'every record is confirmed' all_confirmed

heading 'cefctl status'
ctl status

heading 'what the simulator has shown against what has arrived'
# One session may come again after the kill: at most all of it.
check_arrived "$tmp/siem.out" "$(wc -l <"$tmp/siem.out")"
echo 'demo: every threat record arrived over TLS and was confirmed'

if [ -n "$keep" ]; then
	heading 'new threats keep coming; Ctrl-C ends it'
	echo "    $cefctl -s $tmp/ctl status --watch"
	echo "    tail -f $tmp/siem.out"
	trap 'exit 0' INT TERM HUP
	sim_post 'set?grow=0.5&changes=0.2'
	tail -n 0 -f "$tmp/siem.out" &
	started="$started tail"
	echo $! >"$tmp/tail.pid"
	wait $!
fi
