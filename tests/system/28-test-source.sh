#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# `cefctl test` walks to a source and names the step that fails: each of the
# faults that a first installation meets, one by one, with the exit status 1, a
# last line that names the step, and the token in no line. All is well once they
# are gone. Without a daemon (-c), and over the control socket. Names that are
# no source are 64.
. "$(dirname "$0")/lib.sh"
token=tok-5a4b3c2d1e0f
umask 077
echo "$token" >"$tmp/token"
sim --threats 30 --span 2h --token "$token"
sink in
configure

# with FILE OLD NEW - the configuration with another value, as FILE.conf.
with()
{
	grep -q "$2" "$tmp/cefd.conf" || fail "no $2 in the configuration"
	sed "s|$2|$3|" "$tmp/cefd.conf" >"$tmp/$1.conf"
}

# walk STATUS ARGUMENT... - run it; what it says is in said.log.
walk()
{
	expected=$1
	shift
	status=0
	"$cefctl" "$@" >"$tmp/said.log" 2>&1 || status=$?
	[ "$status" -eq "$expected" ] ||
	    fail "cefctl $*: exit $status, not $expected"
	! grep -q -e "$token" "$tmp/said.log" || fail "the token is told"
}

# fails FILE STEP PATTERN... - FILE.conf is not well at STEP, and only there.
fails()
{
	file=$1
	step=$2
	shift 2
	walk 1 -c "$tmp/$file.conf" test acme
	says "^FAIL  $step " "$@"
	[ "$(grep -c '^FAIL' "$tmp/said.log")" -eq 1 ] || fail "it fails twice"
	[ "$(tail -n 1 "$tmp/said.log")" = "acme: not well: $step" ] ||
	    fail "the last line is $(tail -n 1 "$tmp/said.log")"
	say "$step: $(grep '^FAIL' "$tmp/said.log" | cut -c20-)"
}

print=$(openssl x509 -noout -fingerprint -sha256 -in "$certs/server.pem" |
    sed 's/.*=//')
well()
{
	says '^ok    token-file ' '^ok    name         127.0.0.1 ' \
	    "^ok    connect      127.0.0.1:$sim_port$" \
	    '^ok    certificate  .*signed by ca, good until 2.*TLSv1.3$' \
	    '^ok    chain        1: CN=.*, signed by .*CN=ca.*, until 2.*Z$' \
	    "^ok    fingerprint  sha-256:$print$" \
	    '^ok    token ' '^ok    permission   threats$' \
	    '^ok    licence      threats$' '^ok    clock ' \
	    '^ok    list         threats: [0-9][0-9]* in the last 24 hours' \
	    '^ok    detail       threats: the first that is listed$' \
	    '^ok    tokens       1 active' '^acme: well$'
	! grep -q '^FAIL\|^warn' "$tmp/said.log" || fail "it is not all well"
}

walk 0 -c "$tmp/cefd.conf" test acme
well
walk 0 -c "$tmp/cefd.conf" test
well
walk 64 -c "$tmp/cefd.conf" test nobody
says 'no such source'
walk 64 -c "$tmp/cefd.conf" test acme out
walk 78 -c "$tmp/nowhere.conf" test acme
walk 69 -s "$tmp/ctl" test acme
says 'cefd is not running'

# A token that may not ask for tokens, and one that is about to end.
sim_post 'set?tokens-denied=1'
walk 0 -c "$tmp/cefd.conf" test acme
says '^skip  tokens       the token may not ask$' '^acme: well$'
sim_post 'set?tokens-denied=0'
sim_post 'set?token-expires=%2B5d'
walk 0 -c "$tmp/cefd.conf" test acme
says '^warn  tokens ' '^acme: well, with warnings: tokens$'
sim_post 'set?token-expires=%2B365d'

# All in turn; what is off is passed over, and one that is not well is enough.
another()
{
	printf 'source "%s" { host = "127.0.0.1:%s" token-file = "%s"\n' \
	    "$1" "$2" "$tmp/token"
	printf 'ca-file = "%s" enabled = %s }\n' "$certs/ca.pem" "$3"
}
{ cat "$tmp/cefd.conf" && another idle 1 false; } >"$tmp/two.conf"
walk 0 -c "$tmp/two.conf" test
says '^acme: well$' '^idle: disabled, not tested$'
another ill "$(free_port)" true >>"$tmp/two.conf"
walk 1 -c "$tmp/two.conf" test
says '^acme: well$' '^ill: not well: connect$'
walk 0 -c "$tmp/two.conf" test acme
! grep -q '^ill' "$tmp/said.log" || fail "it tests more than it is asked to"

# The token and its file.
with token "$tmp/token" "$tmp/token.bad"
fails token token-file 'No such file'
echo "$token x" >"$tmp/token.bad"
fails token token-file 'blank' 'copy it again'
echo "\"$token\"" >"$tmp/token.bad"
fails token token-file 'quotes'
: >"$tmp/token.bad"
fails token token-file 'empty'
echo "$token" >"$tmp/token.bad"
chmod 644 "$tmp/token.bad"
fails token token-file 'others can read' 'chmod o-rwx'
echo wrong-token >"$tmp/token.bad"
chmod 600 "$tmp/token.bad"
fails token token 'expired or revoked' 'admin'
! grep -q wrong-token "$tmp/said.log" || fail "the wrong token is told"

# The way there.
with name "127.0.0.1:$sim_port" "nowhere.invalid:$sim_port"
fails name name 'nowhere.invalid' 'spelt'
with connect "127.0.0.1:$sim_port" "127.0.0.1:$(free_port)"
fails connect connect 'refused' 'firewall'
with ca "$certs/ca.pem" "$certs/other-ca.pem"
fails ca certificate 'signed by ca, which is not a trusted' 'ca-file' \
    '^ok    chain        1: ' "^ok    fingerprint  sha-256:$print$"
with proxy 'poll-interval' "proxy = \"http://127.0.0.1:$(free_port)\"\\n\tpoll-interval"
fails proxy connect 'through the proxy' '^skip  name '
cat >"$tmp/proxy.py" <<'END'
import socket, sys, threading
def pump(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    other.close()
listener = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1], "w") as file:
    print(listener.getsockname()[1], file=file)
while True:
    near, _ = listener.accept()
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += near.recv(4096)
    host, port = asked.split()[1].decode().rsplit(":", 1)
    far = socket.create_connection((host, int(port)))
    near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for pair in (near, far), (far, near):
        threading.Thread(target=pump, args=pair, daemon=True).start()
END
start proxy python3 "$tmp/proxy.py" "$tmp/proxy.port"
wait_for "the proxy listens" test -s "$tmp/proxy.port"
with proxied 'poll-interval' \
    "proxy = \"http://127.0.0.1:$(cat "$tmp/proxy.port")\"\n\tpoll-interval"
"$cefctl" -c "$tmp/proxied.conf" test acme >"$tmp/said.log" 2>&1 ||
    fail "through a proxy: exit $?"
says '^ok    certificate  for 127.0.0.1, signed by .*ca, .*through the proxy' \
    '^ok    chain        1: ' "^ok    fingerprint  sha-256:$print$"

# What the API says.
sim_fault 403 list 1
fails cefd permission 'IP allow-list' 'threats'
sim_fault 402 list 1
fails cefd licence 'no licence' '^ok    token '
sim_fault 404 list 1
fails cefd list 'filter'
sim_fault html list 1 code=200
fails cefd list "not the API's"
sim_fault 403 detail 1
fails cefd detail 'lists are answered' '^ok    list '
sim_fault 404 detail 1
fails cefd detail 'listed but not found' 'lets only lists pass'
sim_fault html detail 1 code=200
fails cefd detail "not the API's"
sim_fault 503 list 1
fails cefd answer 'in trouble'
sim_fault reset list 0
fails cefd answer 'the way there is good'
sim_post clear
sim_post 'set?skew=-300s'
walk 0 -c "$tmp/cefd.conf" test acme
says '^warn  clock .*30[01] s ahead of' '^ok    list ' \
    '^acme: well, with warnings: clock$'
sim_post 'set?skew=0s'

# Over the socket, line by line: the first are there while a reply is not.
run_cefd
walk 0 -s "$tmp/ctl" test acme
well
walk 0 -s "$tmp/ctl" test
well
walk 64 -s "$tmp/ctl" test nobody
sim_fault stall list 1
start walker "$cefctl" -s "$tmp/ctl" test acme
wait_log walker '^ok    certificate '
! logged walker 'FAIL' || fail "it ends too early"
stop sim
wait_exit walker
[ "$status" -eq 1 ] || fail "exit $status after the API went"
logged walker '^acme: not well: answer$' || fail "no answer is not told"
walk 1 -s "$tmp/ctl" test acme
says '^FAIL  connect ' '^acme: not well: connect$'

# A certificate for another name.
sim --cert "$certs/wrong-name.pem" --key "$certs/wrong-name.key"
with wrong 'host = "127.0.0.1:[0-9]*"' "host = \"127.0.0.1:$sim_port\""
fails wrong certificate 'for elsewhere.example, not for 127.0.0.1'
! grep -q server-name "$tmp/said.log" || fail "it names another's option"
! grep -q -e "$token" "$tmp/cefd.log" "$tmp/walker.log" ||
    fail "the token is in a log"
