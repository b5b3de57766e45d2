# SPDX-License-Identifier: Apache-2.0
# Shared by the stories in this folder: programs that are started and stopped by
# their pid, waits that end, and the oracle. `make check` sets top_srcdir and
# top_builddir; by hand they are found from the script's own place.
#
# Everything lives in $tmp, which is gone when the story ends well. When it ends
# badly, every log in there is printed first; KEEP=1 leaves the folder.
set -eu
exec 3>&2 # the way out from inside wait_for
LC_ALL=C.UTF-8
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
story=$(basename "$0" .sh)
top_srcdir=${top_srcdir:-$(cd "$here/../.." && pwd)}
top_builddir=${top_builddir:-$top_srcdir}
tools=$top_builddir/tests/bin
cefd=${CEFD:-$top_builddir/cefd}
cefctl=${CEFCTL:-$top_builddir/cefctl}
# How long a condition may take to come true, in seconds.
patience=$((${PATIENCE:-60} * ${TEST_LIMIT_FACTOR:-1}))

tmp=$(mktemp -d "${TMPDIR:-/tmp}/cefd.XXXXXX")
certs=$tmp/certs
started=
mounted=

say()
{
	echo "$story: $*"
}

fail()
{
	echo "$story: FAILED: $*" >&3
	exit 1
}

skip()
{
	echo "$story: skipped: $*"
	exit 77
}

need()
{
	for program; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
}

# ---------------------------------------------------------------- processes

# start NAME PROGRAM ARGUMENT... - in the background; its output is NAME.log.
start()
{
	name=$1
	shift
	"$@" >>"$tmp/$name.log" 2>&1 </dev/null &
	echo $! >"$tmp/$name.pid"
	started="$started $name"
}

is_up()
{
	[ -s "$tmp/$1.pid" ] && kill -0 "$(cat "$tmp/$1.pid")" 2>/dev/null
}

# end NAME SIGNAL - by its pid, and wait; the exit code is in $status.
end()
{
	status=0
	[ -s "$tmp/$1.pid" ] || return 0
	pid=$(cat "$tmp/$1.pid")
	kill "-$2" "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || status=$?
	rm -f "$tmp/$1.pid"
}

stop()
{
	end "$1" TERM
}

kill9()
{
	end "$1" KILL
}

# wait_exit NAME - until it ends by itself; the exit code is in $status.
wait_exit()
{
	pid=$(cat "$tmp/$1.pid")
	wait_for "$1 has ended" gone "$pid"
	status=0
	wait "$pid" 2>/dev/null || status=$?
	rm -f "$tmp/$1.pid"
}

# A child that has ended is a zombie until it is waited for.
gone()
{
	case $(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' \
	    "/proc/$1/status" 2>/dev/null) in
	'' | Z) return 0 ;;
	esac
	return 1
}

finish()
{
	code=$?
	trap - EXIT
	set +e
	for name in $started; do
		end "$name" KILL
	done
	for place in $mounted; do
		umount -l "$place" 2>/dev/null
	done
	if [ "$code" -ne 0 ] && [ "$code" -ne 77 ]; then
		for log in "$tmp"/*.log "$tmp"/*.conf; do
			[ -s "$log" ] || continue
			echo "--- $(basename "$log")"
			tail -n 60 "$log" | cut -c1-400
		done >&2
	fi
	if [ -n "${KEEP:-}" ]; then
		echo "$story: kept $tmp" >&2
	else
		rm -rf "$tmp"
	fi
	exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# wait_for WHAT COMMAND... - until it succeeds; the story fails if it does not
# within $patience seconds.
wait_for()
{
	# By the clock, since looking may take long. What waits may look by
	# waiting itself: only the parameters of a function are its own.
	set -- "$(($(date +%s) + patience))" 0 "$@"
	while ! try "$@"; do
		[ "$(date +%s)" -le "$1" ] ||
		    fail "not within $patience s: $3"
		# A look is some processes, and takes time from who is waited for.
		if [ "$2" -lt 6 ]; then sleep 0.05; else sleep 0.25; fi
		wait_until=$1
		wait_looks=$(($2 + 1))
		shift 2
		set -- "$wait_until" "$wait_looks" "$@"
	done
}

# try DEADLINE LOOKS WHAT COMMAND...
try()
{
	shift 3
	"$@" >/dev/null 2>&1
}

logged()
{
	grep -q -e "$2" "$tmp/$1.log" 2>/dev/null
}

# count_log NAME PATTERN - how many lines of the log match.
count_log()
{
	grep -c -e "$2" "$tmp/$1.log" 2>/dev/null || true
}

wait_log()
{
	wait_for "$1 says \"$2\"" logged "$1" "$2"
}

# ------------------------------------------------------- certificates, ports

make_certs()
{
	[ -d "$certs" ] && return 0
	mkdir "$certs"
	"$tools/mkcerts" "$certs" || fail "mkcerts"
}

# port_of FILE - the port that a program has put there.
port_of()
{
	wait_for "a port in $1" test -s "$1"
	cat "$1"
}

# A port on which nobody listens now.
free_port()
{
	"$tools/sink" --listen "${1:-127.0.0.1:0}" --tcp --count-only \
	    --port-file "$tmp/free.port" &
	echo $! >"$tmp/free.pid"
	free=$(port_of "$tmp/free.port")
	stop free
	rm -f "$tmp/free.port"
	echo "$free"
}

# ------------------------------------------------------------------ receiver

# sink NAME OPTION... - a TLS receiver (or, with --tcp, a plain one) that
# stores in NAME.out. The port is in NAME.port, and in $sink_port. Started again
# under the same name it takes the same port, unless the options say otherwise.
sink()
{
	name=$1
	shift
	case " $* " in
	*" --tcp "*) ;;
	*)
		make_certs
		case " $* " in
		*" --cert "*) ;;
		*) set -- --cert "$certs/server.pem" \
		    --key "$certs/server.key" "$@" ;;
		esac
		;;
	esac
	case " $* " in
	*" --count-only "*) ;;
	*) set -- --out "$tmp/$name.out" "$@" ;;
	esac
	case " $* " in
	*" --listen "*) ;;
	*) set -- --listen "127.0.0.1:$(cat "$tmp/$name.port" \
	    2>/dev/null || echo 0)" "$@" ;;
	esac
	rm -f "$tmp/$name.port" "$tmp/$name.stats"
	start "$name" "$tools/sink" --port-file "$tmp/$name.port" \
	    --stats-file "$tmp/$name.stats" "$@"
	sink_port=$(port_of "$tmp/$name.port")
}

# sunk NAME FIELD - a number of the receiver's statistics.
sunk()
{
	sed -n 's/.*"'"$2"'":"\{0,1\}\([^",}]*\).*/\1/p' "$tmp/$1.stats" \
	    2>/dev/null
}

sunk_is()
{
	[ "$(sunk "$1" "$2")" "$3" "$4" ] 2>/dev/null
}

# wait_sunk NAME FIELD -ge NUMBER
wait_sunk()
{
	wait_for "$1 has $2 $3 $4" sunk_is "$@"
}

# ------------------------------------------------------------ cefd, cefctl

# configure - write $tmp/cefd.conf from these variables, which a story sets
# before; `source_more` and `destination_more` are further lines of the sections,
# `more` is further sections.
configure()
{
	make_certs
	[ -s "$tmp/token" ] || (umask 077 && echo sim-token >"$tmp/token")
	cat >"$tmp/cefd.conf" <<CONF
spool {
	path = "${spool_path:-$tmp/spool}"
	quota = "${quota:-2GiB}"
}
source "acme" {
	host = "127.0.0.1:${sim_port:-1}"
	token-file = "$tmp/token"
	ca-file = "$certs/ca.pem"
	poll-interval = "${poll_interval:-10m}"
	start = "${start:-7d}"
	lag = "${lag:-0s}"
	requests-per-minute = ${requests_per_minute:-0}
	${source_more:-}
}
destination "out" {
	servers = {${servers:-"\"127.0.0.1:$sink_port\""}}
	transport = "${transport:-tls}"
	framing = "${framing:-octet-counting}"
	hostname = "sender.example"
	$(case ${transport:-tls} in
	*tls) echo "ca-file = \"$certs/ca.pem\"" ;;
	esac)
	${destination_more:-}
}
${more:-}
control { socket = "$tmp/ctl" }
status { listen = "" }
CONF
}

# run_cefd - configured, started and ready. A new life goes on in the old log.
run_cefd()
{
	mkdir -p "${spool_path:-$tmp/spool}"
	ready=$(count_log cefd 'ready version')
	start cefd "$cefd" -v -c "$tmp/cefd.conf"
	wait_for "cefd is ready" ready_or_gone "${ready:-0}"
	is_up cefd || fail "cefd ended at its start"
}

ready_or_gone()
{
	gone "$(cat "$tmp/cefd.pid")" ||
	    [ "$(count_log cefd 'ready version')" -gt "$1" ]
}

ctl()
{
	"$cefctl" -s "$tmp/ctl" "$@"
}

# says PATTERN... - in said.log, each of these.
says()
{
	for pattern; do
		grep -q -e "$pattern" "$tmp/said.log" ||
		    fail "it does not say \"$pattern\""
	done
}

# answers [LINE...] - answers.txt has what cefctl setup needs for the simulator
# and the receiver "in", and these.
answers()
{
	(umask 077 && cat >"$tmp/answers.txt") <<-END
	host = 127.0.0.1:$sim_port
	api-ca-file = $certs/ca.pem
	token = sim-token
	receiver = 127.0.0.1:$sink_port
	ca-file = $certs/ca.pem
	END
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$tmp/answers.txt"
}

# poll - one poll from its start to its good end.
poll()
{
	ctl poll acme >>"$tmp/poll.log" 2>&1 || fail "cefctl poll: exit $?"
}

# status_of FIELD - of the last thing in `cefctl status --json` that has it.
status_of()
{
	ctl status --json | tr -d '\n' |
	    sed -n 's/.*"'"$1"'": *\("\([^"]*\)"\|\([^,}]*\)\).*/\2\3/p'
}

# stream_is NAME STATE - of a stream; STATE is a pattern.
stream_is()
{
	ctl status --json | tr '{' '\n' |
	    grep -q "\"name\": *\"$1\".*\"state\": *\"$2\""
}

# source_is NAME STATE - the same for a source.
source_is()
{
	stream_is "$@"
}

# status_is FIELD -eq|=|... VALUE
status_is()
{
	[ "$(status_of "$1")" "$2" "$3" ]
}

wait_status()
{
	wait_for "status has $1 $2 $3" status_is "$@"
}

# Nothing waits for any destination.
drained()
{
	ctl status --json >"$tmp/status.json" || return 1
	tr ',{}' '\n\n\n' <"$tmp/status.json" |
	    awk -F : '/"queued"/ { seen = 1; waits += $2 }
	        END { exit !seen || waits > 0 }'
}

wait_drained()
{
	wait_for "the queues are empty" drained
}

# ------------------------------------------------------------------- source

# sim OPTION... - the API, with the data and the faults that the options say.
sim()
{
	make_certs
	rm -f "$tmp/sim.port"
	start sim "$tools/cefsim" --listen 127.0.0.1:0 \
	    --port-file "$tmp/sim.port" --cert "$certs/server.pem" \
	    --key "$certs/server.key" "$@"
	sim_port=$(port_of "$tmp/sim.port")
}

# sim_get PATH - from the simulator's control side.
sim_get()
{
	curl -sSf --noproxy '*' --cacert "$certs/ca.pem" \
	    "https://127.0.0.1:$sim_port/_sim/$1" || fail "simulator: $1"
}

# sim_ask PATH - move it, and see what it made; see tests/sim/README.md.
sim_ask()
{
	curl -sSf --noproxy '*' --cacert "$certs/ca.pem" -X POST \
	    "https://127.0.0.1:$sim_port/_sim/$1" || fail "simulator: $1"
}

# sim_post PATH - move it.
sim_post()
{
	sim_ask "$1" >>"$tmp/sim-posts.txt"
}

# sim_add THREATS [PARAMETERS] - new ones, received now.
sim_add()
{
	sim_post "add?threats=$1${2:+&$2}"
}

# sim_fault KIND list|detail|any COUNT [PARAMETERS]
sim_fault()
{
	sim_post "fault?kind=$1&on=$2&count=$3${4:+&$4}"
}

# sim_change COUNT STATUS - give COUNT messages this status, now.
sim_change()
{
	sim_post "status?count=$1&status=$2"
}

# How many requests the API has had.
sim_requests()
{
	sim_get stats |
	    sed 's/.*"list":\([0-9]*\),"detail":\([0-9]*\).*/\1 \2/' |
	    awk '{ print $1 + $2 }'
}

# sim_count NAME - one of its counters: requests to an endpoint, max_in_flight.
sim_count()
{
	sim_get stats | sed 's/.*"'"$1"'":\([0-9]*\).*/\1/'
}

# sim_counts NAME -ge NUMBER
sim_counts()
{
	[ "$(sim_count "$1")" "$2" "$3" ]
}

# ------------------------------------------------------------------- oracle

# records KIND FILE... - the lines of one kind, as doc/records.md names them.
records()
{
	kind=$1
	shift
	cat "$@" | grep -a -e "^[^|]* - $kind - [^|]*CEF:0|" || true
}

# notices CAT FILE... - what cefd has told about itself.
notices()
{
	cat=$1
	shift
	records forwarder-status "$@" | grep -a -e " cat=$cat " || true
}

# value KEY - of each line that comes in, as it was before it was escaped.
value()
{
	awk -v key="$1" '{
		text = ""
		if (match($0, "[| ]" key "=")) {
			text = substr($0, RSTART + RLENGTH)
			if (match(text, / [A-Za-z0-9]+=/))
				text = substr(text, 1, RSTART - 1)
		}
		gsub(/\\=/, "=", text)
		gsub(/\\\\/, "\\", text)
		print text
	}'
}

# truth - each state of each message that the API shows now, or has shown, as
# "id|recipient|status". One that was gone before anybody looked is not there.
truth()
{
	sim_get truth | awk -F '\t' '$7 == "now" || $7 == "was" {
		gsub(/\\\\/, "\\", $3)
		print $1 "|" $2 "|" $3
	}'
}

# states FILE... - lines of CEF as "externalId|duser|act", values as they were
# before they were escaped.
states()
{
	awk '
	function value(key, rest)
	{
		if (!match($0, "[| ]" key "="))
			return ""
		rest = substr($0, RSTART + RLENGTH)
		if (match(rest, / [A-Za-z0-9]+=/))
			rest = substr(rest, 1, RSTART - 1)
		gsub(/\\=/, "=", rest)
		gsub(/\\\\/, "\\", rest)
		return rest
	}
	{
		print value("externalId") "|" value("duser") "|" value("act")
	}' "$@"
}

# missing FILE - succeeds while a state is not there.
missing()
{
	truth | sort -u >"$tmp/a.txt"
	states "$1" | sort -u >"$tmp/b.txt"
	comm -23 "$tmp/a.txt" "$tmp/b.txt" >"$tmp/missing.txt"
	[ -s "$tmp/missing.txt" ]
}

# settle FILE - poll until all of it is there. More than one poll may be needed:
# the API's bounds are whole seconds, so the second that runs is for later.
settle()
{
	wait_for "all that the API shows is in $1" settled "$1"
}

settled()
{
	poll
	wait_drained
	! missing "$1"
}

# check_arrived FILE AGAIN - every state is there and nothing else is; what came
# more often than the API showed it came as the same octets, and no more than
# AGAIN lines did.
check_arrived()
{
	! missing "$1" || fail "$(wc -l <"$tmp/missing.txt") of" \
	    "$(wc -l <"$tmp/a.txt") are missing, such as" \
	    "$(head -n 1 "$tmp/missing.txt")"
	check_genuine "$@"
}

# check_genuine FILE AGAIN - the same, but that some may be missing.
check_genuine()
{
	truth | sort >"$tmp/truth.txt"
	[ -s "$tmp/truth.txt" ] || fail "the simulator showed nothing"
	states "$1" | sort >"$tmp/states.txt"
	sort -u "$1" >"$tmp/lines.txt"
	states "$tmp/lines.txt" | sort >"$tmp/kinds.txt"
	sort -u "$tmp/truth.txt" >"$tmp/a.txt"
	sort -u "$tmp/states.txt" >"$tmp/b.txt"
	comm -13 "$tmp/a.txt" "$tmp/b.txt" >"$tmp/extra.txt"
	[ ! -s "$tmp/extra.txt" ] || fail "$(wc -l <"$tmp/extra.txt") were never" \
	    "shown, such as $(head -n 1 "$tmp/extra.txt")"
	# Sorted with repeats, comm counts them.
	comm -13 "$tmp/truth.txt" "$tmp/kinds.txt" >"$tmp/differ.txt"
	[ ! -s "$tmp/differ.txt" ] || fail "$(wc -l <"$tmp/differ.txt") came" \
	    "in different octets, such as $(head -n 1 "$tmp/differ.txt")"

	again=$(comm -13 "$tmp/truth.txt" "$tmp/states.txt" | wc -l)
	[ "$again" -le "$2" ] || fail "$again came again, $2 may"
	say "$(wc -l <"$tmp/truth.txt") states arrived, $again of them again"
}

# The kind and the key of a stream's status; see doc/records.md.
stream_words()
{
	case $1 in
	cases) echo case act ;;
	vendor-cases) echo vendor-case act ;;
	abuse-campaigns) echo abuse-campaign AbnormalEmailJudgement ;;
	abuse-not-analyzed) echo abuse-not-analyzed reason ;;
	audit) echo audit act ;;
	*) fail "no such stream: $1" ;;
	esac
}

# stream_truth STREAM - each state of each of its items that the API shows or
# has shown, as "id|status|"; the audit log has no ids, but times. What is still
# being judged is none: it is not to come.
stream_truth()
{
	sim_get "truth?stream=$1" |
	    awk -F '\t' -v stream="$1" '$5 == "now" || $5 == "was" {
		gsub(/\\\\/, "\\", $2)
		if ($2 != "Scanning")
			print (stream == "audit" ? $7 : $1) "|" $2 "|"
	    }' | sort
}

# stream_states STREAM FILE - what came, in the same form.
stream_states()
{
	# shellcheck disable=SC2046 # two words
	set -- "$1" "$2" $(stream_words "$1")
	id=externalId
	[ "$1" != audit ] || id=rt
	records "$3" "$2" >"$tmp/stream.txt"
	value "$id" <"$tmp/stream.txt" >"$tmp/stream-ids.txt"
	value "$4" <"$tmp/stream.txt" |
	    paste -d '|' "$tmp/stream-ids.txt" - | sed 's/$/|/' | sort
}

# stream_arrived STREAM FILE - each state is there once and nothing else is.
stream_arrived()
{
	stream_truth "$1" >"$tmp/$1.truth.txt"
	stream_states "$1" "$2" >"$tmp/$1.came.txt"
	[ -s "$tmp/$1.truth.txt" ] && cmp -s "$tmp/$1.truth.txt" "$tmp/$1.came.txt"
}

# check_stream STREAM FILE
check_stream()
{
	stream_arrived "$1" "$2" || fail "$1: came (>) and should have (<):" \
	    "$(diff "$tmp/$1.truth.txt" "$tmp/$1.came.txt" | head -n 5)"
	say "$(wc -l <"$tmp/$1.came.txt") records of $1, each once"
}

# check_filled FILE NUMBER DUPLICATES [LOST] - the same for records of
# tests/bin/fill. At most LOST are missing, none where it is not given.
check_filled()
{
	awk -v all="$2" -v may="$3" -v lost="${4:-0}" '
	{
		sub(/.*externalId=/, "")
		if ($0 in seen)
			again++
		seen[$0] = 1
	}
	END {
		for (i = 1; i <= all; i++)
			if (!(i in seen))
				missing++
		printf "%d records, %d missing, %d again\n", NR, missing, again
		exit missing > lost || again > may ||
		    NR - again != all - missing
	}' "$1" >"$tmp/filled.txt" || fail "$(cat "$tmp/filled.txt")"
	say "$(cat "$tmp/filled.txt")"
}
