#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whoever starts cefd with its standard descriptors closed, all or one of them,
# gives their numbers to nobody else: the spool and its lock stay whole, and a
# file that is opened first is not where the log and the records go. Where there
# is no /dev/null either, both programs end at once.
. "$(dirname "$0")/lib.sh"
make_certs
sim --threats 20 --recipients 2
sink in
configure

# life CLOSING... - cefd with these descriptors closed polls, logs and delivers.
life()
{
	say "closed: $*"
	# shellcheck disable=SC2016 # for the inner shell
	start cefd sh -c "exec \"\$0\" -v -c \"\$1\" $*" "$cefd" "$tmp/cefd.conf"
	wait_for "cefd answers" ctl status
	for fd in 0 1 2; do
		case " $* " in
		*" $fd>&- "*) ;;
		*) continue ;;
		esac
		leads=$(readlink "/proc/$(cat "$tmp/cefd.pid")/fd/$fd")
		[ "$leads" = /dev/null ] || fail "descriptor $fd is $leads"
	done
	sim_add 5
	poll
	wait_drained
	stop cefd
	[ "$status" -eq 0 ] || fail "cefd ended with $status"
	! grep -q 'daemon: ' "$tmp/spool/data.mdb" || fail "the log is in the spool"
}
life '0>&-' '1>&-' '2>&-'
life '2>&-'
life '1>&-'
life '0>&-'
run_cefd
settle "$tmp/in.out"
stop cefd
check_arrived "$tmp/in.out" 0

say "records for a standard output that is closed wait"
transport=stdout spool_path=$tmp/other source_more='enabled = false'
configure
sed -i '/framing = /d; /servers = /d' "$tmp/cefd.conf"
"$tools/fill" --spool "$tmp/other" --queue out --records 100
start cefd sh -c "exec '$cefd' -c '$tmp/cefd.conf' >&-"
wait_log cefd 'cannot write: Bad file descriptor; given up'
[ "$(status_of queued)" -eq 100 ] || fail "$(status_of queued) wait, not 100"
stop cefd

[ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null || {
	say "no mount namespace here: the part without /dev/null is left out"
	exit 0
}
for program in "$cefd --print" "$cefctl --help"; do
	status=0
	# shellcheck disable=SC2016 # for the inner shell
	unshare -m sh -c 'mount -t tmpfs tmpfs /dev && exec "$@" 2>&-' sh \
	    $program >"$tmp/said" || status=$?
	[ "$status" -eq 71 ] && [ ! -s "$tmp/said" ] ||
	    fail "$program without /dev/null: $status, $(cat "$tmp/said")"
done
