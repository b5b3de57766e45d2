#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 280
# The kernel says no to the cefd that is shipped: strace makes one call fail, or
# each from there on. What must be there at the start is told in a sentence and
# by the exit code; what fails later is got over, and of 12 records none is lost
# and no more than a session comes again. At last a spool that failed while no
# source polls: what was delivered is released all the same.
. "$(dirname "$0")/lib.sh"
need strace
strace -qq -o "$tmp/strace.txt" -e inject=fsync:error=EIO true 2>/dev/null ||
    skip "strace may not trace here"
sim --threats 4 --recipients 3
sink in
destination_more='session-records = 4'
source_more=
poll_interval=200ms
configure

# with INJECTION... - run cefd under them, with a spool of its own; what came
# before does not count. `only` is the path of the file that they are about.
only=
with()
{
	rm -rf "$tmp/spool" "$tmp/cefd.log"
	mkdir "$tmp/spool"
	under "$@"
}

under()
{
	before=$(wc -c <"$tmp/in.out")
	injected=
	for inject; do
		injected="$injected -e trace=${inject%%:*} -e inject=$inject"
	done
	# shellcheck disable=SC2086 # a list of words
	start cefd strace -f -qq -o "$tmp/strace.txt" ${only:+-P "$only"} \
	    $injected "$cefd" -v -c "$tmp/cefd.conf"
	wait_for "strace has begun" begun
}

# A strace that is killed would leave cefd behind.
begun()
{
	pid=$(cat "$tmp/cefd.pid")
	gone "$pid" && return 0
	for child in $(cat "/proc/$pid/task/$pid/children"); do
		case $(readlink "/proc/$child/exe") in
		*/cefd) echo "$child" >"$tmp/child.pid" && return 0 ;;
		esac
	done
	return 1
}
started="$started child"

came()
{
	tail -c +$((before + 1)) "$tmp/in.out" >"$tmp/came.txt"
	[ "$(wc -l <"$tmp/came.txt")" -ge 12 ] && drained
}

# signal NAME - to cefd itself: strace keeps what it gets.
signal()
{
	kill "-$1" "$(cat "$tmp/child.pid")"
	wait_exit cefd
	rm "$tmp/child.pid"
}

injected()
{
	grep -q INJECTED "$tmp/strace.txt"
}

# refuses WORDS INJECTION - it does not start, and says why.
refuses()
{
	words=$1
	shift
	with "$@"
	wait_exit cefd
	[ "$status" -eq 73 ] || fail "$*: exit $status"
	tail -n 1 "$tmp/cefd.log" | grep -q "$words" ||
	    fail "$*: it says $(tail -n 1 "$tmp/cefd.log")"
}

# survives WORDS INJECTION - it gets over it by itself, and ends well.
survives()
{
	words=$1
	shift
	with "$@"
	wait_for "$*" injected
	wait_for "all of it, with $*" came
	check_arrived "$tmp/came.txt" 4 >/dev/null
	signal TERM
	[ "$status" -eq 0 ] || fail "$*: exit $status"
	logged cefd "$words" || fail "$*: not a word about it"
}

# stands WORDS INJECTION - what lasts is told; the next life delivers all.
stands()
{
	words=$1
	shift
	with "$@"
	wait_log cefd "$words"
	signal KILL
	before=$(wc -c <"$tmp/in.out")
	run_cefd
	wait_for "all of it, after $*" came
	check_arrived "$tmp/came.txt" 4 >/dev/null
	stop cefd
}

only=$tmp/spool/data.mdb.new
refuses 'Cannot allocate memory' mmap:error=ENOMEM
refuses 'Too many open files' openat:error=EMFILE
only=
refuses 'No space left' fallocate:error=ENOSPC
refuses 'Input/output error' fdatasync:error=EIO:when=1
refuses 'Input/output error' pwrite64:error=EIO:when=2

survives ready fallocate:error=EOPNOTSUPP
survives ready epoll_wait:error=EINTR:when=3+5
survives 'Input/output error' fdatasync:error=EIO:when=5
only=$tmp/spool/data.mdb
survives 'No space left\|spool is full' pwrite64:error=ENOSPC:when=4
survives 'Input/output error' pwrite64:error=EIO:when=5
only=$tmp/token
survives 'Too many open files' openat:error=EMFILE:when=2
only=
survives 'onnect' connect:error=ETIMEDOUT:when=1
survives 'onnect' connect:error=ENETUNREACH:when=2..3

stands 'Input/output error' fdatasync:error=EIO:when=5+
stands 'spool is full' pwrite64:error=ENOSPC:when=8+
stands 'onnect' connect:error=ENETUNREACH:when=1+

# Nobody polls: what was delivered is released when the disk is well again.
source_more='enabled = false'
configure
rm -rf "$tmp/spool" "$tmp/cefd.log"
mkdir "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue out --records 12 --size 300
under fdatasync:error=EIO:when=4
wait_log cefd 'cannot release what is delivered'
wait_log cefd 'spool is well again'
wait_for "all of it" came
check_filled "$tmp/came.txt" 12 4
signal TERM
