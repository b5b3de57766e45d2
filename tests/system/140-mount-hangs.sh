#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# The mount of file destinations stops answering, first when a file is closed, then
# altogether: another destination gets all meanwhile, cefctl answers, a reload with
# eight of them, a stop and a start take their second and no more, a test holds
# nothing up. Once it answers, each file has all.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lab.sh"
alone mounts
need python3
[ -w /dev/fuse ] || skip "no FUSE here"
mkdir "$tmp/mnt"
start fs python3 "$here/hangfs.py" "$tmp/mnt" "$tmp/hang"
is_mounted()
{
	grep -q "$tmp/mnt" /proc/self/mounts
}
wait_for "the file system is mounted" is_mounted
mounted="$mounted $tmp/mnt"
make_certs
sink in
sim --threats 10 --recipients 2
# archives COUNT - that many destinations there.
archives()
{
	more=
	for i in $(seq "$1"); do
		more="$more
destination \"arch$i\" {
	transport = \"file\" path = \"$tmp/mnt/log$i\" framing = \"lf\"
	hostname = \"h\" confirm-timeout = 2s
}"
	done
	configure
}
# answers WHAT MS - so does cefd, and no turn took that long.
answers()
{
	timeout 5 "$cefctl" -s "$tmp/ctl" status >"$tmp/said.log" 2>&1 ||
	    fail "$1: $(cat "$tmp/said.log")"
	awk -v turn="$(status_of longest_turn_ms)" -v limit="$2" \
	    'BEGIN { exit turn > limit }' ||
	    fail "$1: the loop stood still for $(status_of longest_turn_ms) ms"
}
poll_interval=1s
archives 1
run_cefd
wait_sunk in records -eq 20
wait_drained

echo close >"$tmp/hang"
sim_add 10
wait_sunk in records -eq 40
wait_log cefd '"arch1".* the disk has not taken the records within 2000 ms'
sim_add 10
wait_sunk in records -eq 60
answers "closing hangs" 900
rm "$tmp/hang"
wait_drained

archives 8
ctl reload >"$tmp/said.log" 2>&1 || fail "reload: $(cat "$tmp/said.log")"
: >"$tmp/hang"
sim_add 10
wait_sunk in records -eq 80
! timeout 30 "$cefctl" -s "$tmp/ctl" test arch8 >"$tmp/said.log" 2>&1 ||
    fail "a test of a disk that hangs goes well"
grep -q 'the disk has not answered within 1000 ms' "$tmp/said.log" ||
    fail "test: $(cat "$tmp/said.log")"
answers "a test" 900
timeout 30 "$cefctl" -s "$tmp/ctl" reload >"$tmp/said.log" 2>&1 ||
    fail "reload: $(cat "$tmp/said.log")"
answers "a reload" 1900
# Of the one that is looked at already, it is not asked again.
[ "$(grep -c -e 'the disk has not answered within 1000 ms' \
    -e 'earlier look at it still waits' "$tmp/cefd.log")" -eq 8 ] ||
    fail "not each of them is told"
stop cefd
run_cefd
sim_add 10
wait_sunk in records -eq 100
answers "a start" 1900
rm "$tmp/hang"
wait_drained
for i in $(seq 8); do
	# What a process had written that was given up is there twice.
	sort -u "$tmp/mnt/log$i" >"$tmp/once"
	want=$((i == 1 ? 100 : 40))
	[ "$(wc -l <"$tmp/once")" -eq "$want" ] ||
	    fail "log$i: $(wc -l <"$tmp/once") of $want"
done
