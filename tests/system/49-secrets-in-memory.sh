#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# What is secret is in the memory of cefd only as long as it is needed: the
# password of the key not after the key was opened, and a token not after it was
# replaced, in its file or in the configuration itself, by a reload. Whoever
# reads the memory finds the token in use, so that the looking is proved.
. "$(dirname "$0")/lib.sh"
need python3 openssl
! grep -q __asan_init "$cefd" ||
    skip "the sanitizers keep what is freed, to see who still uses it"
make_certs
printf 'password-%s-of-the-key\n' "$$$(date +%N)" >"$tmp/password"
(umask 077 && printf 'first-token-%s\n' "$(date +%N)aaaa" >"$tmp/token" &&
    printf 'second-token-%s\n' "$(date +%N)bbbb" >"$tmp/second" &&
    printf 'third-token-%s\n' "$(date +%N)cccc" >"$tmp/third" &&
    printf 'fourth-token-%s\n' "$(date +%N)dddd" >"$tmp/fourth")
chmod 600 "$tmp/password"
cp "$tmp/token" "$tmp/first"
openssl pkcs8 -topk8 -in "$certs/client.key" -passout "file:$tmp/password" \
    -out "$tmp/locked.key"

# memory WHICH... - the exit code of memory.py.
memory()
{
	status=0
	python3 "$here/memory.py" "$(cat "$tmp/cefd.pid")" "$@" \
	    >"$tmp/memory.log" 2>&1 || status=$?
	[ "$status" -ne 77 ] || skip "the memory of cefd cannot be read here"
	return "$status"
}

holds()
{
	memory "$@" || fail "not in the memory, status $?: $*"
}

is_free_of()
{
	status=0
	memory "$@" || status=$?
	[ "$status" -eq 1 ] || fail "still in the memory: $(cat "$tmp/memory.log")"
}

front_answers()
{
	curl -sf --noproxy '*' --cacert "$certs/ca.pem" \
	    "https://127.0.0.1:$sim_port/_sim/stats"
}

sim --threats 40 --recipients 2 --token ''
# HTTP/2 keeps the headers of a request in yet another place.
PATH=$PATH:/usr/sbin
api_port=$sim_port
if command -v nghttpx >/dev/null; then
	front=$(free_port)
	start front nghttpx --workers=1 --conf=/dev/null --no-ocsp \
	    --frontend="127.0.0.1,$front" --insecure \
	    --backend="127.0.0.1,$sim_port;;tls;proto=http/1.1" \
	    --errorlog-file="$tmp/front-errors.log" \
	    "$certs/server.key" "$certs/server.pem"
	sim_port=$front
	wait_for 'the front answers' front_answers
fi
sink in --verify-client --ca "$certs/ca.pem"
destination_more="cert-file = \"$certs/client.pem\"
	key-file = \"$tmp/locked.key\"
	key-password-file = \"$tmp/password\""
configure
run_cefd
poll
wait_drained
(sim_port=$api_port && check_arrived "$tmp/in.out" 0)
holds "$tmp/first"
is_free_of "$tmp/password"

# The file alone: it is read anew before each poll.
cp "$tmp/second" "$tmp/token"
poll
holds "$tmp/second"
is_free_of "$tmp/first" "$tmp/password"

# In the configuration, and another one in its place.
inline()
{
	configure
	sed "s|token-file = .*|token = \"$(cat "$1")\"|" "$tmp/cefd.conf" \
	    >"$tmp/inline.conf"
	(umask 077 && cat "$tmp/inline.conf" >"$tmp/cefd.conf")
	rm "$tmp/inline.conf"
	ctl reload >>"$tmp/poll.log" 2>&1 || fail "cefctl reload: exit $?"
	poll
	holds "$1"
}
inline "$tmp/third"
is_free_of "$tmp/first" "$tmp/second" "$tmp/password"
inline "$tmp/fourth"
is_free_of "$tmp/first" "$tmp/second" "$tmp/third" "$tmp/password"
! grep -q -e "$(cat "$tmp/password")" -e "$(cat "$tmp/first")" \
    -e "$(cat "$tmp/fourth")" "$tmp/cefd.log" || fail "a secret is in the log"
# No core file either.
[ "$(awk '/Max core file size/ { print $5 }' \
    "/proc/$(cat "$tmp/cefd.pid")/limits")" = 0 ] || fail "a core may be dumped"
