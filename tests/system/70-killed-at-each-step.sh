#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 280
# cefd dies by SIGKILL at every step that the sources name (FAULT_POINT), when it
# comes there first and when it comes there for the second time: while it takes,
# commits, sends, confirms and releases, makes, compacts, recovers or resets the
# spool, reloads, pauses, drops a queue, notes what a new destination is to get.
# Started again, it delivers all that the API shows, and of what had been sent
# no more than a session again. The list comes from the sources: a step that no
# way here leads to fails the story. POINT is one of them.
. "$(dirname "$0")/lib.sh"
real=$cefd
dying=$tools/cefd_torture
[ -x "$dying" ] || fail "no $dying"
points=${POINT:-$(grep -rhoE 'FAULT_POINT\("[a-z-]+"\)' "$top_srcdir/src" |
    sed 's/.*("//; s/").*//')}
[ -n "$points" ] || fail "no fault point in the sources"

sim --threats 4 --recipients 3
sink in
session='session-records = 4'
reset_conf()
{
	destination_more=$session
	transport=tls
	more=
	configure
}

# Twelve records that wait, in a spool with room to spare and in a large one.
reset_conf
waiting=$(free_port)
sed -i "s/127.0.0.1:$sink_port/127.0.0.1:$waiting/" "$tmp/cefd.conf"
run_cefd
poll
wait_status queued -eq 12
stop cefd
cp "$tmp/spool/data.mdb" "$tmp/small"
cp "$tmp/spool/data.mdb" "$tmp/large"
truncate -s 80M "$tmp/large"

# spool_of FILE
spool_of()
{
	mkdir "$tmp/spool"
	cp --sparse=always "$1" "$tmp/spool/data.mdb"
}

# life ARGUMENT... - one that dies at the point.
life()
{
	start cefd env CEFD_JOURNAL="$tmp/journal" \
	    CEFD_FAULTS="${also}point-$point:$pass:kill" \
	    "$dying" -v -c "$tmp/cefd.conf" "$@"
}

came()
{
	tail -c +$((before + 1)) "$tmp/in.out" >"$tmp/came.txt"
	[ "$(wc -l <"$tmp/came.txt")" -ge "$1" ]
}

dead()
{
	gone "$(cat "$tmp/cefd.pid")"
}

delivered()
{
	dead || { came 12 && drained; }
}

passed()
{
	grep -c "^point $point\$" "$tmp/journal" 2>/dev/null || true
}

# ask ARGUMENT... - of a daemon that may die of it.
ask()
{
	ctl "$@" >>"$tmp/ask.log" 2>&1 || dead || true
}

# ------------------------------------------- ways to a point: before and after

to_poll()
{
	life
	wait_for "its end" delivered
	ask poll acme
}
after_poll() { :; }

to_file()
{
	transport=file
	destination_more="$session path = \"$tmp/file\""
	configure
	sed -i '/framing = /d; /servers = /d' "$tmp/cefd.conf"
	rm -f "$tmp/file"
	life
	wait_for "its end" written
}
written()
{
	dead || { [ "$(wc -l <"$tmp/file")" -ge 12 ] && drained; }
}
after_file()
{
	check_arrived "$tmp/file" 4
	# For those who look at what the receiver has.
	cat "$tmp/file" >>"$tmp/in.out"
}

to_compact()
{
	spool_of "$tmp/large"
	life
	if [ "$point-$pass" = compact-freeing-1 ]; then
		wait_for "its death" dead
	else
		wait_for "its end" delivered
	fi
}
after_compact()
{
	[ "$(stat -c %s "$tmp/spool/data.mdb")" -lt $((64 << 20)) ] ||
	    fail "$point: it is as large as before"
	[ ! -e "$tmp/spool/data.mdb.new" ] || fail "$point: a draft is left"
}

to_recover()
{
	also=fdatasync:4:EIO,fdatasync:8:EIO,
	poll_interval=200ms
	configure
	poll_interval=
	to_poll
}
after_recover() { :; }

to_reset()
{
	head -c 20000 "$tmp/small" >"$tmp/cut"
	spool_of "$tmp/cut"
	life --spool-reset
	wait_for "its end" dead
}
after_reset()
{
	cmp "$tmp/cut" "$tmp"/spool/data.mdb.aside-* ||
	    fail "$point: the old spool is not kept"
}

to_reload()
{
	life
	wait_for "its end" delivered
	for records in 3 5; do
		destination_more="session-records = $records"
		configure
		ask reload
	done
}
after_reload() { :; }

to_pause()
{
	life
	wait_for "its end" delivered
	ask pause out
	ask resume out
	ask pause out
}
after_pause()
{
	logged cefd '"out" is paused' || [ "$pass" -eq 2 ] ||
	    fail "it has forgotten that it was paused"
}

to_drop()
{
	more="destination \"gone\" {
		servers = {\"127.0.0.1:$waiting\"}
		ca-file = \"$certs/ca.pem\"
	}"
	configure
	run_cefd
	poll
	came 12 || wait_for "the other one has all" came 12
	ctl pause gone || fail "pause: exit $?"
	stop cefd
	more=
	configure
	life
	wait_for "it listens" answers
	ask queue drop gone
}
answers()
{
	dead || ctl status
}
after_drop()
{
	if ctl queue list | grep -q '^gone'; then
		ctl queue drop gone >>"$tmp/ask.log" ||
		    fail "$point: queue drop: exit $?"
		! ctl queue list | grep -q '^gone' ||
		    fail "$point: it is still there"
	fi
	# What is stored beside it goes with it, or is there to be asked for again.
	for row in habit start paused/destination; do
		! "$tools/spoil" "$tmp/spool/data.mdb" cursor "$row/gone" \
		    2>/dev/null || fail "$point: $row/gone is still there"
	done
}

to_start()
{
	to_file
	more="destination \"past\" {
		transport = \"file\"
		path = \"$tmp/past\"
		start = \"8d\"
	}"
	rm -f "$tmp/past"
	to_more=$(cat "$tmp/cefd.conf")
	printf '%s\n%s\n' "$to_more" "$more" >"$tmp/cefd.conf"
	ask reload
	wait_for "its end" past_or_dead
}
past_or_dead()
{
	dead || past
}
past()
{
	[ "$(grep -vc forwarder-status "$tmp/past")" -ge 12 ]
}
after_start()
{
	wait_for "the new one has its past" past
	grep -v forwarder-status "$tmp/past" >"$tmp/past.txt"
	check_arrived "$tmp/past.txt" 12
	after_file
}

way_to()
{
	case $1 in
	poll-* | commit-* | release-* | session-* | make-*) echo poll ;;
	compact-* | change-*) echo compact ;;
	remove-* | drop-*) echo drop ;;
	file-* | recover-* | reset-* | reload-* | pause-* | start-*)
		echo "${1%%-*}" ;;
	*) fail "$1: no way leads to it" ;;
	esac
}

# ------------------------------------------------------------------- the walk

killed=0
for point in $points; do
	way=$(way_to "$point")
	for pass in 1 2; do
		rm -rf "$tmp/spool" "$tmp/journal" "$tmp/cefd.log"
		also=
		reset_conf
		before=$(wc -c <"$tmp/in.out")
		"to_$way"
		if dead; then
			wait_exit cefd
		else
			stop cefd
		fi
		if [ "$(passed)" -ge "$pass" ]; then
			[ "$status" -eq 137 ] ||
			    fail "$point: exit $status when it was passed"
			killed=$((killed + 1))
		elif [ "$pass" -eq 1 ]; then
			fail "$point was not passed, exit $status"
		fi
		cefd=$real run_cefd
		[ "$way" != pause ] || ctl resume out || fail "resume: exit $?"
		poll
		wait_drained
		"after_$way"
		came 12 || true
		check_arrived "$tmp/came.txt" 4 >/dev/null
		stop cefd
		[ "$status" -eq 0 ] || fail "$point: exit $status at the end"
	done
done
say "$(echo "$points" | wc -l) steps, $killed deaths"
