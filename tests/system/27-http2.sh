#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The API is behind a server that offers HTTP/2 (nghttpx): cefd takes it, and
# all its requests, many at once, go over one connection. 300 threats with 3
# recipients each, 900 records, each once.
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/usr/sbin
need nghttpx
sim --threats 300 --recipients 3
api_port=$sim_port
front=$(free_port)
start front nghttpx --workers=1 --conf=/dev/null --no-ocsp \
    --frontend="127.0.0.1,$front" \
    --backend="127.0.0.1,$api_port;;tls;proto=http/1.1" --insecure \
    --accesslog-file="$tmp/front-access.log" \
    --accesslog-format='$alpn $remote_port' --errorlog-file="$tmp/front-errors.log" \
    "$certs/server.key" "$certs/server.pem"
answers()
{
	curl -s --noproxy '*' --cacert "$certs/ca.pem" -o /dev/null \
	    "https://127.0.0.1:$front/_sim/stats"
}
wait_for 'the front answers' answers
before=$(wc -l <"$tmp/front-access.log")
sink in
sim_port=$front
source_more='max-in-flight = 8'
configure
sim_port=$api_port
run_cefd
poll
wait_drained
check_arrived "$tmp/in.out" 0
tail -n "+$((before + 1))" "$tmp/front-access.log" >"$tmp/requests"
[ "$(wc -l <"$tmp/requests")" -ge 300 ] ||
    fail "only $(wc -l <"$tmp/requests") requests"
if grep -v '^h2 ' "$tmp/requests" | grep .; then
	fail 'not all of them were HTTP/2'
fi
[ "$(sort -u "$tmp/requests" | wc -l)" -eq 1 ] ||
    fail "over $(sort -u "$tmp/requests" | wc -l) connections"
