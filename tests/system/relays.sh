# SPDX-License-Identifier: Apache-2.0
# For the stories of relays: receivers that run the very files of
# doc/receivers, and what the documents show of cefd's own configuration.
# Only names, ports and folders are put in their place. Sourced after lib.sh and
# receivers.sh.
snippets=$top_srcdir/doc/receivers
# A relay that syncs each record may be slow.
patience=$((patience * 3))

# placed FILE NAME PORT - the file with this machine's places: PORT for the
# port, and what belongs to the program NAME. A place that nobody knows fails.
placed()
{
	sed -e "s/\<[26]514\>/$3/" \
	    -e "s|/etc/rsyslog.d/tls/|$certs/|" \
	    -e "s|/etc/syslog-ng/tls/|$certs/|" \
	    -e "s|/etc/cefd/|$certs/|" \
	    -e "s|/var/log/abnormal.log|$tmp/$2.out|" \
	    -e "s|/var/spool/rsyslog|$tmp/$2.work|" \
	    -e "s|/var/lib/syslog-ng|$tmp/$2.work|" \
	    -e 's/cefd\.example\.com/client.example.test/' \
	    -e 's/\(relay\|next\|conductor\|abnormal\)\.example\.com/localhost/' \
	    "$snippets/$1" >"$tmp/placed"
	! grep -v '^#' "$tmp/placed" | grep -q '"/\(etc\|var\)/\|example\.com' ||
	    fail "$1 has a place that no test puts in its place"
	cat "$tmp/placed"
}

# new_port NAME - a port for a program that is started more than once.
new_port()
{
	[ -s "$tmp/$1.port" ] || free_port >"$tmp/$1.port"
	cat "$tmp/$1.port"
}

# rsyslog_relay NAME IN OUT [NEXT] - the files IN and OUT as one rsyslogd, which
# sends to the port of NEXT. Run again, it goes on with its port and its queue.
rsyslog_relay()
{
	need rsyslogd
	make_certs
	mkdir -p "$tmp/$1.work"
	[ ! -s "$tmp/$1.rsyslog.conf" ] || {
		run_rsyslog "$1"
		return
	}
	port=$(new_port "$1")
	{
		placed "$2" "$1" "$port"
		placed "$3" "$1" "$([ -z "${4:-}" ] || new_port "$4")"
	} >"$tmp/$1.rsyslog.conf"
	run_rsyslog "$1"
}

run_rsyslog()
{
	: >>"$tmp/$1.out"
	rm -f "$tmp/$1.rsyslog-pid"
	start "$1" rsyslogd -n -f "$tmp/$1.rsyslog.conf" -i "$tmp/$1.rsyslog-pid"
	wait_for "$1 listens" hears_or_gone "$1"
	is_up "$1" || fail "$1 ended"
	! logged "$1" 'could not load module' ||
	    skip "rsyslogd lacks a module: $(grep -m 1 'load module' "$tmp/$1.log")"
}

# syslog_ng_relay NAME IN OUT [NEXT] - the same with syslog-ng.
syslog_ng_relay()
{
	find_syslog_ng
	make_certs
	mkdir -p "$tmp/$1.work"
	[ ! -s "$tmp/$1.syslog-ng.conf" ] || {
		run_syslog_ng "$1"
		return
	}
	port=$(new_port "$1")
	{
		"$syslog_ng" --version |
		    sed -n 's/^Config version: */@version: /p'
		placed "$2" "$1" "$port"
		placed "$3" "$1" "$([ -z "${4:-}" ] || new_port "$4")"
	} >"$tmp/$1.syslog-ng.conf"
	run_syslog_ng "$1"
}

run_syslog_ng()
{
	: >>"$tmp/$1.out"
	start "$1" "$syslog_ng" -F --no-caps -f "$tmp/$1.syslog-ng.conf" \
	    --persist-file="$tmp/$1.work/persist" --control="$tmp/$1.ctl" \
	    --pidfile="$tmp/$1.syslog-ng-pid"
	wait_for "$1 listens" hears_or_gone "$1"
	is_up "$1" || fail "$1 ended"
}

hears_or_gone()
{
	gone "$(cat "$tmp/$1.pid")" ||
	    cat /proc/net/tcp /proc/net/tcp6 |
	    grep -q ":$(printf %04X "$(cat "$tmp/$1.port")") 0*:0000 0A"
}

# cefd_to NAME FILE - cefd with the section of FILE, which sends to NAME. The
# queue is called as the section is.
cefd_to()
{
	sink_port=1
	configure
	sed '/^destination "out"/,/^}/d' "$tmp/cefd.conf" >"$tmp/cefd.head"
	{
		cat "$tmp/cefd.head"
		placed "$2" "$1" "$(new_port "$1")"
	} >"$tmp/cefd.conf"
	"$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.log" 2>&1 ||
	    fail "$2: cefd does not take it"
}

# filled NUMBER [OPTION...] - records of tests/bin/fill wait for the section
# "relay".
filled()
{
	"$tools/fill" --spool "$tmp/spool" --queue relay --records "$@" ||
	    fail "fill"
}

# through RECORDS COMMAND... - while they flow to last.out, "relay" is killed
# with -9 and stopped, in turns, twice each, and run by COMMAND again. Then they
# are all there.
through()
{
	all=$1
	shift
	for n in 1 2 3 4; do
		wait_for "$n sixths" has_lines "$tmp/last.out" $((all * n / 6))
		if [ $((n % 2)) -eq 1 ]; then
			kill_laden "$all"
		else
			stop relay
		fi
		"$@"
	done
	wait_drained
	restart=$(($(date +%s) + patience / 3))
	wait_for "all records" all_there "$@"
}

# all_there COMMAND... - Relays that do not go on, although cefd is rid of
# everything, are started anew, as their owner would do: two rsyslogs have hung
# in a handshake.
all_there()
{
	! has_filled "$tmp/last.out" "$all" || return 0
	if [ "$(date +%s)" -gt "$restart" ]; then
		! gave_up || return 0
		kill9 relay
		kill9 last
		if [ -s "$tmp/last.rsyslog.conf" ]; then
			run_rsyslog last
		else
			run_syslog_ng last
		fi
		"$@"
		restart=$((restart + patience))
	fi
	return 1
}

# admitted NAME - how many records rsyslog says that it lost of its own queue on
# disk: a record, or two, when kill -9 falls between the writing of the queue
# and of its index.
admitted()
{
	sed -n 's/.* lost \([0-9]*\) messages from diskqueue .*/\1/p' \
	    "$tmp/$1.log" | awk '{ n += $1 } END { print n + 0 }'
}

# gave_up - rsyslog, killed with -9, found an index of its queue that names a
# file which was never made. It gave up what waited, and does not say how much
# that was.
gave_up()
{
	logged relay 'qDeqDisk error happened' &&
	    ! has_filled "$tmp/last.out" "$all"
}

# told_again - of such a chain nothing can be judged: it is to be told from its
# beginning, twice at the most.
told_again()
{
	gave_up || return 1
	retold=$((${retold:-0} + 1))
	[ "$retold" -le 2 ] || fail "rsyslog gave up its queue each time"
	say "rsyslog gave up its queue: once more"
	next_chain
}

# kill_laden RECORDS - when it has taken what it could not pass on, since "last"
# is frozen; or can take nothing, since it has given its queue up.
kill_laden()
{
	kill -STOP "$(cat "$tmp/last.pid")"
	taken=$(($(status_of confirmed) + 100))
	[ "$taken" -le "$1" ] || taken=$1
	wait_for "relay is laden" laden_or_direct
	kill9 relay
	kill -CONT "$(cat "$tmp/last.pid")"
}

laden_or_direct()
{
	logged relay 'emergency switch to direct mode' ||
	    [ "$(status_of confirmed)" -ge "$taken" ]
}

has_filled()
{
	[ "$(sed 's/.*externalId=//' "$1" | sort -u | wc -l)" -ge \
	    $(($2 - $(admitted relay))) ]
}

# next_chain - all programs are stopped, and what they had is gone.
next_chain()
{
	for program in cefd relay last ref; do
		stop "$program"
		rm -rf "$tmp/$program".*
	done
	rm -rf "$tmp/spool" "$tmp/status.json"
}
