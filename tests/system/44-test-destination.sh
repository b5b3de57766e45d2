#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# `cefctl test` walks to a destination: name, connection, certificate with its
# chain and a fingerprint ready to paste, what the framing asks for, and a marked
# record with how it was confirmed. Each fault names its step and leaves 1. What
# it says of the fingerprint of an unknown receiver is enough to trust it. Of
# several servers one that works is enough for the record, and a walk that reaches
# none says that it is left out. With
# a daemon the record goes through the queue; without (-c) nothing is left.
. "$(dirname "$0")/lib.sh"
need python3
sim --threats 0
sink in
configure
TMPDIR=$tmp/work
export TMPDIR
mkdir "$TMPDIR"

# walk STATUS ARGUMENT... - what is said is in said.log.
walk()
{
	expected=$1
	shift
	status=0
	"$cefctl" "$@" >"$tmp/said.log" 2>&1 || status=$?
	[ "$status" -eq "$expected" ] ||
	    fail "cefctl $*: exit $status, not $expected"
	[ -z "$(ls "$TMPDIR")" ] || fail "$(ls "$TMPDIR") is left"
}

# with OLD NEW - other.conf, the configuration with another value.
with()
{
	grep -q "$1" "$tmp/cefd.conf" || fail "no $1 in the configuration"
	sed "s|$1|$2|" "$tmp/cefd.conf" >"$tmp/other.conf"
}

print=$(openssl x509 -noout -fingerprint -sha256 -in "$certs/server.pem" |
    sed 's/.*=//')
well()
{
	says '^ok    name         127.0.0.1 ' \
	    "^ok    connect      127.0.0.1:$sink_port$" \
	    '^ok    certificate  trusted, signed by ca, good until 2.*TLSv1.3' \
	    '^ok    chain        1: CN=.*until 2' \
	    "^ok    fingerprint  sha-256:$print$" \
	    '^ok    framing      octet-counting' \
	    '^ok    record       .*confirmed by close-notify' '^out: well$'
	! grep -q '^FAIL\|^warn' "$tmp/said.log" || fail "it is not all well"
}

walk 0 -c "$tmp/cefd.conf" test out
well
walk 0 -c "$tmp/cefd.conf" test
well
says '^acme: well$'
wait_sunk in records -eq 2
grep -c 'cat=test' "$tmp/in.out" | grep -qx 2 || fail "no marked records"

with "127.0.0.1:$sink_port" "no-such-host.invalid:6514"
walk 1 -c "$tmp/other.conf" test out
says '^FAIL  name ' 'servers is spelt right' '^out: not well$'
with "127.0.0.1:$sink_port" "127.0.0.1:$(free_port)"
walk 1 -c "$tmp/other.conf" test out
says '^FAIL  connect .*refused'
with 'framing = "octet-counting"' 'server-name = "other.example"'
walk 1 -c "$tmp/other.conf" test out
says '^FAIL  certificate .*other.example'

# Of several servers, one that is away leaves 1, and the record, which takes the
# next, is sent all the same. Where none is reached, that it is left out is said.
away="127.0.0.1:$(free_port)"
with "servers = .*" "servers = {\"$away\", \"127.0.0.1:$sink_port\"}"
cp "$tmp/other.conf" "$tmp/several.conf"
one_away()
{
	says "^FAIL  \(connect .*refused\|certificate .*2000 ms\)" \
	    "^ok    record .*confirmed by close-notify.* server 127.0.0.1:$sink_port" \
	    '^out: not well$'
	! grep -q '^skip' "$tmp/said.log" || fail "the record is left out"
}
walk 1 -c "$tmp/several.conf" test out
one_away
left_out='^skip  record .*left out.* try again$'
with "servers = .*" "servers = {\"$away\", \"127.0.0.1:$(free_port)\"}"
walk 1 -c "$tmp/other.conf" test out
says "$left_out" '^out: not well$'
! grep -q ' record .*confirmed' "$tmp/said.log" || fail "a record is sent"

# However many keep it waiting before.
sink mute --listen 0.0.0.0:0 --mode silent-at-accept
mutes=$(for i in 1 2 3 4 5; do
	printf '"127.0.0.%d:%d", ' "$i" "$sink_port"
done)
sink_port=$(cat "$tmp/in.port")
with "servers = .*" "servers = {$mutes \"127.0.0.1:$sink_port\"} connect-timeout = 2s confirm-timeout = 1s"
walk 1 -c "$tmp/other.conf" test out
one_away
stop mute

# Our own certificate ended a moment ago: no days are left, but it is over.
with 'framing = "octet-counting"' \
    "cert-file = \"$certs/client-over.pem\" key-file = \"$certs/client-over.key\""
walk 1 -c "$tmp/other.conf" test out
says '^FAIL  files  .*our own certificate is over since 2' '^out: not well$'

# Nobody whom we trust has signed it: the fingerprint that is shown does.
"$tools/mkcerts" "$tmp/others" 2>/dev/null || { mkdir "$tmp/others" &&
    "$tools/mkcerts" "$tmp/others"; }
with "$certs/ca.pem" "$tmp/others/ca.pem"
walk 1 -c "$tmp/other.conf" test out
says '^FAIL  certificate ' "^warn  trust .*{\"sha-256:$print\"}"
trust=$(sed -n 's/.*\(verify = "fingerprint"\) and \(fingerprints = {[^}]*}\).*/\1 \2/p' \
    "$tmp/said.log")
with 'framing = "octet-counting"' "$trust"
sed -i '/destination/,$s|ca-file = .*||' "$tmp/other.conf"
walk 0 -c "$tmp/other.conf" test out
says '^out: well$'

# A receiver that takes the connection and says nothing.
with 'framing = "octet-counting"' 'connect-timeout = "1s"'
rm -f "$tmp/mute.port"
start mute "$tools/sink" --listen 127.0.0.1:0 --tcp --mode silent-at-accept \
    --port-file "$tmp/mute.port" --count-only
mute_port=$(port_of "$tmp/mute.port")
sed -i "s|127.0.0.1:$sink_port|127.0.0.1:$mute_port|" "$tmp/other.conf"
walk 1 -c "$tmp/other.conf" test out
says '^FAIL  certificate .*'
stop mute

# Over plain TCP, by the daemon: its own queue, and a warning of the transport.
run_cefd
walk 0 -s "$tmp/ctl" test out
says '^ok    record       confirmed by close-notify after' '^out: well$'
walk 0 -s "$tmp/ctl" test
says '^acme: well$' '^out: well$'
cp "$tmp/cefd.conf" "$tmp/one.conf"
cp "$tmp/several.conf" "$tmp/cefd.conf"
ctl reload >"$tmp/said.log" || fail "the reload"
walk 1 -s "$tmp/ctl" test out
one_away
cp "$tmp/one.conf" "$tmp/cefd.conf"
ctl reload >"$tmp/said.log" || fail "the reload"
stop in
walk 1 -s "$tmp/ctl" test out
says '^FAIL  connect ' "$left_out" '^out: not well$'
walk 64 -s "$tmp/ctl" test nobody
stop cefd

# plainly PORT - other.conf, with plain TCP to this one.
plainly()
{
	transport=tcp sink_port=$1 destination_more='confirm-timeout = "1s"'
	configure
	cp "$tmp/cefd.conf" "$tmp/other.conf"
}

# A peer that takes all and never answers may be anything: a warning, and no
# line of the log between those of the test.
sink deaf --tcp --mode silent-at-accept
plainly "$sink_port"
deaf='^warn  record  .*confirmed by kernel after .*only RELP or TLS can'
walk 0 -c "$tmp/other.conf" test out
says "$deaf" '^out: well, with warnings: record$'
! grep -q '^20.* deliver: ' "$tmp/said.log" || fail "a line of the log"
run_cefd
walk 0 -s "$tmp/ctl" test out
says "$deaf" '^out: well, with warnings: record$'
walk 0 -s "$tmp/ctl" send-test out
says 'warning: .*only RELP or TLS can'
stop cefd
stop deaf

# One that talks is no receiver of syslog. What it says moves no cursor.
cat >"$tmp/talk.py" <<'END'
import socket, sys, threading
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], file=open(sys.argv[1], "w"))
def talk(c):
    c.sendall(b"SSH-2.0-Open\x1b[2JSSH_9\r\n")
    while c.recv(4096):
        pass
    c.close()
while True:
    threading.Thread(target=talk, args=(s.accept()[0],), daemon=True).start()
END
start talker python3 "$tmp/talk.py" "$tmp/talk.port"
plainly "$(port_of "$tmp/talk.port")"
talks='^FAIL  record  .*the server says "SSH-2.0-Open?\[2JSSH_9", .*servers and transport'
walk 1 -c "$tmp/other.conf" test out
says "$talks" '^out: not well$'
run_cefd
walk 1 -s "$tmp/ctl" test out
says "$talks" '^out: not well$'
walk 1 -s "$tmp/ctl" send-test out
says 'the server says "SSH-2.0-Open'
wait_log cefd 'the server says "SSH-2.0-Open.*look whether'
stop cefd
stop talker
# So does one that resets the connection at the first it is sent.
sed -i 's/    while c.recv(4096):/    c.recv(1)/; s/^        pass/    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0\\0\\0\\0\\0")/' \
    "$tmp/talk.py"
rm "$tmp/talk.port"
start talker python3 "$tmp/talk.py" "$tmp/talk.port"
plainly "$(port_of "$tmp/talk.port")"
walk 1 -c "$tmp/other.conf" test out
says "$talks" '^out: not well$'
run_cefd
walk 1 -s "$tmp/ctl" send-test out
says 'the server says "SSH-2.0-Open'
stop cefd
stop talker

# A file that cannot be made, by cefd --check and by the test; nothing is left
# of a trial that goes well.
filed()
{
	configure
	sed "/servers = /d; /framing = /d; /confirm-timeout = /d
	    s|transport = .*|transport = \"file\" path = \"$1\"|" \
	    "$tmp/cefd.conf" >"$tmp/other.conf"
}
for path in /proc/x "$tmp/no/log" "$tmp/cefd.conf/log" "$tmp"; do
	filed "$path"
	walk 1 -c "$tmp/other.conf" test out
	says '^FAIL  file  .*a folder that is there' '^out: not well$'
	# It may be mounted later: no reason not to serve the others.
	"$cefd" --check -c "$tmp/other.conf" >"$tmp/said.log" 2>&1 ||
	    fail "--check of $path: exit $?"
	says "other.conf:[1-9][0-9]*: warning: path: $path: .*folder that is there"
done
mkdir "$tmp/records"
filed "$tmp/records/log"
walk 0 -c "$tmp/other.conf" test out
says '^ok    file  .*/records/log can be written$' '^out: well$'
"$cefd" --check -c "$tmp/other.conf" >"$tmp/said.log" 2>&1 || fail "--check"
[ -z "$(ls -A "$tmp/records")" ] || fail "$(ls -A "$tmp/records") is left"
walk 64 -c "$tmp/cefd.conf" test nobody
