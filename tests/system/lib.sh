# SPDX-License-Identifier: Apache-2.0
# Shared by the stories in this folder: programs that are started and stopped by
# their pid, waits that end, and the oracle. `make check` sets top_srcdir and
# top_builddir; by hand they are found from the script's own place.
#
# Everything lives in $tmp, which is gone when the story ends well. When it ends
# badly, every log in there is printed first; KEEP=1 leaves the folder.
set -eu
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
	echo "$story: FAILED: $*" >&2
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
		umount -l "$place"
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
	what=$1
	shift
	turns=$((patience * 20))
	while ! "$@" >/dev/null 2>&1; do
		turns=$((turns - 1))
		[ "$turns" -gt 0 ] || fail "not within $patience s: $what"
		sleep 0.05
	done
}

logged()
{
	grep -q -e "$2" "$tmp/$1.log" 2>/dev/null
}

# times NAME PATTERN - how many lines of the log match.
times()
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
