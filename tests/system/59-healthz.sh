#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# /healthz says 200 from the start, with a token that is refused and with a
# receiver that is away, and tells of them; 503 with the reason when the spool
# is full or cefd is stopping. HEAD works, and nothing but GET and HEAD does.
. "$(dirname "$0")/lib.sh"
need curl
sink_port=$(free_port)
umask 077
echo wrong >"$tmp/token"
sim --threats 3000 --recipients 3 --token right
quota=3MiB
poll_interval=1s
destination_more='heartbeat = 1h connect-timeout = 1s confirm-timeout = 60s'
configure
port=$(free_port)
sed -i "s/listen = \"\"/listen = \"127.0.0.1:$port\"/" "$tmp/cefd.conf"
run_cefd

ask()
{
	curl -s --noproxy '*' -o "$tmp/health.txt" -w '%{http_code}' "$@" \
	    "http://127.0.0.1:$port/healthz"
}

# health CODE PATTERN - what it says, and what it says it with
health()
{
	code=$(ask)
	[ "$code" = "$1" ] && grep -q "$2" "$tmp/health.txt"
}

health 200 '^ok$' || fail "at the start: $code $(cat "$tmp/health.txt")"
wait_for "a refused token is told, and is no failure" \
    health 200 '^source acme is denied$'
wait_for "a receiver that is away is told, and is no failure" \
    health 200 '^destination out is backing-off$'
[ "$(ask --head)" = 200 ] || fail "HEAD is not answered"
case $(ask -X POST) in
4?? | 5??) ;;
*) fail "POST is answered" ;;
esac

echo right >"$tmp/token"
wait_for "a full spool is a failure" health 503 '^the spool is full'

# It cannot end as long as the receiver does not confirm.
echo "$sink_port" >"$tmp/in.port"
sink in --mode never-answer-close
wait_sunk in records -ge 1
kill -TERM "$(cat "$tmp/cefd.pid")"
wait_for "stopping is a failure" health 503 '^stopping$'
stop cefd
[ "$status" -eq 0 ] || fail "cefd: exit $status"
