#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# Each sync of the spool takes two seconds. A commit is waited for in the loop,
# so nothing else is done meanwhile; but no limit of a session runs out because of
# it, though confirm-timeout and write-timeout are a second: nothing is sent
# again. Status answers meanwhile, no turn takes longer than one commit, and cefd
# stops in the orderly way. 100 threats with 3 recipients, 300 records, behind a
# backlog of 20,000 in small blocks, as a quiet source leaves them, in sessions of 5,000 to a receiver that takes 10 MB/s.
. "$(dirname "$0")/lib.sh"
need strace
slow()
{
	ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-} \
	    exec strace -D -f -qq --seccomp-bpf -o /dev/null \
	    -e trace=fsync,fdatasync,msync,sync_file_range \
	    -e inject=fsync,fdatasync,msync:delay_enter=2000000 "$@"
}

# run_slow - as run_cefd.
run_slow()
{
	mkdir -p "$tmp/spool"
	ready=$(count_log cefd 'ready version')
	start cefd slow "$cefd" -v -c "$tmp/cefd.conf"
	wait_for "cefd is ready" ready_or_gone "${ready:-0}"
	is_up cefd || fail "cefd ended at its start"
}

"$tools/fill" --spool "$tmp/spool" --queue out --records 20000 --batch 10
sim --threats 100 --recipients 3 --latency 2ms
sink in --mode slow=10000000
destination_more='session-records = 5000 write-timeout = "1s"
	confirm-timeout = "1s" confirm = "close"'
configure
run_slow
poll
wait_drained
grep -a 'fill\.example' "$tmp/in.out" >"$tmp/backlog.txt"
grep -a -v 'fill\.example' "$tmp/in.out" >"$tmp/fetched.txt"
check_filled "$tmp/backlog.txt" 20000 0
check_arrived "$tmp/fetched.txt" 0
[ "$(status_of resent)" -eq 0 ] || fail "$(status_of resent) were sent again"
[ "$(status_of confirm_level)" = close-notify ] || fail "confirm level"

# What the longest turn took is one commit.
ms=$(status_of longest_turn_ms)
say "the longest turn took $ms ms"
[ "${ms%.*}" -ge 2000 ] || fail "the disk was not slow"
[ "${ms%.*}" -lt 3900 ] || fail "the loop stood still for $ms ms"
stop cefd
[ "$status" -eq 0 ] || fail "cefd ended with $status"
