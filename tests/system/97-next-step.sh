#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# Every error names the next thing to do. Each situation that an operator gets
# into is made here, and what the program then says must hold what helps: cefd
# that cannot start, a configuration with one fault of each kind, cefctl without
# a daemon, without permission, with a wrong name or word, `cefctl setup` and
# `cefctl test` that meet what is not well.
. "$(dirname "$0")/lib.sh"
# Whoever is not root must get at the programs, and at some folders.
chmod 755 "$tmp"
missed=0
escape=$(printf '\033')

# next STATUS PATTERN COMMAND... - it ends so, and says the pattern.
next()
{
	expected=$1
	pattern=$2
	shift 2
	status=0
	timeout 60 "$@" >"$tmp/said.log" 2>&1 </dev/null || status=$?
	heard "$expected" "$pattern" "$*"
}

heard()
{
	! grep -q "$escape" "$tmp/said.log" || fail "$3: it sends an escape"
	[ "$status" -eq "$1" ] && grep -q -i -e "$2" "$tmp/said.log" && return
	missed=$((missed + 1))
	echo "--- $3: exit $status (of $1), without \"$2\":" >&2
	head -n 5 "$tmp/said.log" >&2
}

# A user without any right, who can run the programs.
nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
[ "$(id -u)" -eq 0 ] && $nobody "$cefd" --version >/dev/null 2>&1 || nobody=

# ------------------------------------------------------- cefd does not start
sink_port=$(free_port)
configure
cp "$tmp/cefd.conf" "$tmp/good.conf"
mkdir "$tmp/folder"
next 78 'cefctl setup.* sample.*/examples/cefd.conf.*-c' \
    "$cefd" -c "$tmp/none.conf"
next 78 "$tmp/none.conf" "$cefd" -c "$tmp/none.conf"
next 78 'cefctl setup' "$cefd" --check -c "$tmp/none.conf"
next 78 'name the file with -c' "$cefd" -c "$tmp/folder"
: >"$tmp/empty.conf"
next 78 'no source: .*cefctl setup' "$cefd" -c "$tmp/empty.conf"
next 78 'no destination: .*cefctl setup' "$cefd" -c "$tmp/empty.conf"
next 78 'cefd --check' "$cefd" -c "$tmp/empty.conf"
if [ -n "$nobody" ]; then
	install -m 600 "$tmp/good.conf" "$tmp/secret.conf"
	next 78 'must be able to read it' $nobody "$cefd" -c "$tmp/secret.conf"
	next 77 'must be able to read it' \
	    $nobody "$cefctl" -c "$tmp/secret.conf" test
	chmod 644 "$tmp/good.conf"
	next 78 'token: .*must be able to read it' \
	    $nobody "$cefd" -c "$tmp/good.conf"
	install -m 600 -o 65534 "$tmp/token" "$tmp/its.token"
	sed "s|$tmp/token|$tmp/its.token|" "$tmp/good.conf" >"$tmp/its.conf"
	next 77 'must belong to the user' $nobody "$cefd" -c "$tmp/its.conf"
fi
next 64 'log-format.*plain or json' "$cefd" --log-format=xml
see='see cefd --help$'
next 64 "^cefd: --no-such: no such option: $see" "$cefd" --no-such
next 64 "^cefd: --no\\\\x1b\[31m: .*$see" "$cefd" "--no$escape[31m"
next 64 "^cefd: -x: no such option: $see" "$cefd" --log-format=json -xn
next 64 "^cefd: -c: needs an argument: $see" "$cefd" -c
next 64 "^cefd: --config: needs an argument: $see" "$cefd" --config
next 64 "^cefd: --check: takes no argument: $see" "$cefd" --check=x
next 64 "^cefd: --ver: may be more than one option: $see" "$cefd" --ver
next 64 "^cefd: word: .*$see" "$cefd" word

# changed SED PATTERN [STATUS] - the good configuration changed like this is
# refused, with these words; with a STATUS cefd is started.
changed()
{
	sed "$1" "$tmp/good.conf" >"$tmp/bad.conf"
	cmp -s "$tmp/bad.conf" "$tmp/good.conf" && fail "no change: $1"
	if [ $# -eq 2 ]; then
		next 78 "$2" "$cefd" --check -c "$tmp/bad.conf"
	else
		next "$3" "$2" "$cefd" -c "$tmp/bad.conf"
	fi
}

next 0 'ok' "$cefd" --check -c "$tmp/good.conf"
unset CREDENTIALS_DIRECTORY
changed 's|token-file = .*|token-file = "${CREDENTIALS_DIRECTORY}/acme"|' \
    'CREDENTIALS_DIRECTORY is not set: .*systemd-run .*LoadCredential='
[ "$(wc -l <"$tmp/said.log")" -eq 2 ] || fail "it draws another line"
: >"$tmp/nothing"
echo nothing >"$tmp/text"
(umask 077 && echo secret >"$tmp/password" && echo 'a b' >"$tmp/two")
changed "s|path = .*|path = \"$tmp/no/such/sp\"|" 'make the folder' 73
next 0 'warning: spool path: .*/no/such: No such .*make the folder' \
    "$cefd" --check -c "$tmp/bad.conf"
changed "s|path = .*|path = \"$tmp/nothing\"|" 'another path (spool)' 73
changed "s|path = .*|path = \"$tmp/nothing/sp\"|" 'another path (spool)' 73
next 0 'warning: spool path: .*/nothing: Not a dir.*make the folder' \
    "$cefd" --check -c "$tmp/bad.conf"
# checked SED PATTERN - --check warns so of the good configuration changed.
checked()
{
	sed "$1" "$tmp/good.conf" >"$tmp/bad.conf"
	next 0 "warning: $2" "$cefd" --check -c "$tmp/bad.conf"
}

checked "s|path = .*|path = \"$tmp/nothing\"|" \
    'spool path: .*/nothing: is there, and no folder: .*another path'
checked "s|socket = .*|socket = \"$tmp/nothing\" }|" \
    'control socket: .*/nothing: is there, and no socket: .*another path'
checked "s|socket = .*|socket = \"$tmp/no/where/ctl\" }|" \
    'control socket: .*/no: No such .*: make the folder'
checked "s|socket = .*|socket = \"$tmp/nothing/ctl\" }|" \
    'control socket: .*/nothing: Not a dir.*: make the folder'
next 0 '^[^ ]*: ok$' "$cefd" --check -c "$tmp/good.conf"
! grep -q warning "$tmp/said.log" || fail "a good spool draws a warning"
mkdir "$tmp/cut"
: >"$tmp/cut/data.mdb"
changed "s|path = .*|path = \"$tmp/cut\"|" 'cefd --spool-reset' 73
changed "s|socket = .*|socket = \"$tmp/no/where/ctl\" }|" 'folder must be there' 73
changed "s|socket = .*|socket = \"$tmp/nothing\" }|" 'take another path' 73
changed "s|socket = .*|socket = \"$(printf %0110d 0)\" }|" 'shorten it' 78
chmod o+r "$tmp/token"
changed 's/^/ /' 'chmod o-rwx' 78
chmod o-r "$tmp/token"
(umask 022 && : >"$tmp/open")
changed "s|token-file = .*|token-file = \"$tmp/open\"|" 'do chmod o-rwx$'

# ------------------------------------- a configuration, a fault of each kind
changed 's/^source/surce/' 'there are spool, source, destination'
changed 's/start =/sttart =/' 'is start meant?'
changed 's/start =/xyz =/' 'cefd.conf(5)'
changed 's/^source "acme"/source/' 'source ".*" {'
changed 's/^control/& "x"/' 'takes no title: leave "x" out'
changed 's/^source "acme"/source "a b"/' 'A-Z a-z 0-9'
changed 's/^control/spool { }\n&/' 'on line .*: keep one'
changed "s/^control/destination \"out\" { servers = \"a:1\" }\n&/" \
    'on line .*: give each a title of its own'
changed 's/start =.*/&\nstart = "1d"/' 'on line .*: keep one'
changed 's/start = .*/start = {"7d", "8d"}/' 'takes one value, not a list'
changed 's/servers = .*/servers = {}/' 'servers is an empty list: .*leave'
changed '/servers = /d' 'has no servers: set servers = {"HOST:PORT"}'
changed '/host = "127/d' 'has no host: set host'
changed '/token-file = /d' 'has no token-file: .*cefctl setup'
changed 's/start = .*/&\ntoken = "x"/' 'keep one'
changed 's/transport = .*/transport = "file"/' 'has no path: set path = "/'
changed 's/transport = .*/transport = "tsl"/' 'is not one of: tls, tcp'
changed 's/start = .*/start = "tomorrow"/' 'like 24h'
changed 's/start = .*/start = "2999-01-01"/' 'still to come.*24h'
changed 's/start = .*/max-in-flight = 99999/' 'within 1 and'
changed 's/start = .*/max-in-flight = many/' 'not a number'
changed 's/start = .*/enabled = perhaps/' 'true nor false'
changed 's/host = "127.*/host = ""/' 'empty: give it a value, or leave it out'
changed 's/servers = .*/servers = {"receiver"}/' 'no port: .*host:port'
changed 's/servers = .*/servers = {"tls:\/\/a:1"}/' \
    'leave out what ends with ://'
changed 's/servers = .*/servers = {"::1:6514"}/' 'brackets, .*\[::1\]:6514'
changed 's/servers = .*/servers = {"a b:1"}/' 'no host name has'
changed 's/hostname = "sen/&\x01/' 'take it out'
changed 's/hostname = "sen/&\xff/' 'printable ASCII'
changed 's/ca-file = .*/ca-file = "none.pem"/' 'correct the path'
changed "s|ca-file = .*|ca-file = \"$tmp/nothing\"|" 'empty: .*certificate'
changed "s|ca-file = .*|ca-file = \"$tmp/folder\"|" 'a folder\|name a file'
changed "s|token-file = .*|token-file = \"$tmp/folder\"|" 'name a file'
changed "s|token-file = .*|token-file = \"$tmp/text/token\"|" \
    'put the token into it'
changed "s|ca-file = .*|ca-file = \"$tmp/text\"|" 'openssl x509'
changed "s|token-file = .*|token-file = \"$tmp/none\"|" 'put the token into it'
changed "s|token-file = .*|token-file = \"$tmp/two\"|" 'copy it again'
changed "s|hostname = .*|cert-file = \"$certs/client.pem\"|" \
    'key-file is missing'
pair="cert-file = \"$certs/client.pem\" key-file"
changed "s|hostname = .*|$pair = \"$certs/server.key\"|" \
    'name the two that belong together'
changed "s|hostname = .*|$pair = \"$tmp/text\"|" 'openssl pkey'
changed "s|hostname = .*|$pair = \"$certs/none.key\"|" 'correct the path'
changed "s|hostname = .*|key-password-file = \"$tmp/password\"|" \
    'set key-file, or leave'
changed 's/hostname = .*/verify = "fingerprint"/' 'fingerprints is missing'
changed 's/hostname = .*/fingerprints = {"x"} verify = "fingerprint"/' \
    'sha-256:'
changed 's/hostname = .*/sources = {"nobody"}/' 'titles of source sections'
changed 's/hostname = .*/header = "rfc3164" format = "rfc5424-sd"/' \
    'needs header = "rfc5424"'
changed '$s/}//' 'missing }'
changed 's/hostname = ".*/hostname = "x/' 'no closing "'
changed 's/hostname = ".*/# \n\/* /' 'comment has no end.*\*/'
changed 's/hostname = .*/sources = {"nobody"}/' 'cefd --check -c'

# -------------------------------------------------------------- without cefd
wrong()
{
	next "$1" "$2" "$cefctl" -s "$tmp/ctl" $3
}

wrong 69 'systemctl start cefd' status
wrong 69 'listens elsewhere (-s, -c)' 'poll acme'
see='see cefctl --help$'
wrong 64 "^cefctl: stattus: not a command: $see" stattus
wrong 64 "^cefctl: --no-such: no such option: $see" '--no-such status'
wrong 64 "^cefctl: --no\\\\x1b\[31m: .*$see" "--no$escape[31m status"
wrong 64 "^cefctl: -x: no such option: $see" 'status -xn'
wrong 64 "^cefctl: -n: needs an argument: $see" 'queue peek -n'
wrong 64 "^cefctl: --since: needs an argument: $see" 'replay --since'
wrong 64 "^cefctl: --json: takes no argument: $see" 'status --json=x'
wrong 64 "^cefctl: --s: may be more than one option: $see" 'status --s'
wrong 64 "^cefctl: status: .*option that .*not take: $see" 'status --dry-run'
wrong 64 "^cefctl: status: too many words: $see" 'status acme'
wrong 64 '^cefctl: no command: name one' ''
# A variable of a script that is not set: with and without a daemon the same.
empty='empty: name what is meant, or leave it out$'
for option in socket config count; do
	next 64 "^cefctl: --$option: $empty" \
	    "$cefctl" queue peek "--$option=" -s "$tmp/ctl"
done
for option in to since until; do
	next 64 "^cefctl: --$option: $empty" "$cefctl" -s "$tmp/ctl" \
	    replay acme --since=1d "--$option="
done
next 64 "^cefctl: --socket: $empty" "$cefctl" -s '' status
next 64 "^cefctl: --count: $empty" "$cefctl" -s "$tmp/ctl" queue peek -n ''
next 64 "^cefctl: --format: $empty" "$cefctl" convert --format=
next 64 "^cefctl: --answers: $empty" "$cefctl" setup --answers=
for verb in poll pause resume test names send-test replay queue convert; do
	next 64 "^cefctl: $verb \"\": $empty" "$cefctl" -s "$tmp/ctl" "$verb" ''
done
next 64 "^cefctl: queue \"\": $empty" "$cefctl" -s "$tmp/ctl" queue peek ''
next 64 "^cefctl: poll \".*\": $empty" "$cefctl" -s "$tmp/ctl" poll source/
next 64 "^cefctl: --to: $empty" "$cefctl" -s "$tmp/ctl" \
    replay acme --since=1d --to=destination/
blank='a blank or an end of line is in it'
next 64 "^cefctl: queue: $blank" "$cefctl" -s "$tmp/ctl" queue drop 'out force'
next 64 "^cefctl: pause: $blank" "$cefctl" -s "$tmp/ctl" pause 'a
b'
next 64 "^cefctl: --since: $blank.*2027-01-31T" "$cefctl" -s "$tmp/ctl" \
    replay acme '--since=2027-01-01 10:00'
wrong 64 'cefctl names lists them' pause
wrong 64 'cefctl names sources' 'poll --dry-run'
wrong 64 'since=T' 'replay acme'
wrong 64 'list, peek nor drop' 'queue lst'
wrong 64 'there are cef, json' 'convert --format=xml'
wrong 1 'name a file.*, or - for stdin' "convert $tmp/none.json"
wrong 1 'none\\x1b\[31m: .*name a file' "convert $tmp/none$escape[31m"
wrong 1 'folder: Is a directory: name a file' "convert $tmp/folder"
echo '{"a": ' >"$tmp/half.json"
wrong 1 'half.json:1: .*cut.*left out' "convert $tmp/half.json"
next 76 'path is too long: take a shorter one$' \
    "$cefctl" -s "$(printf %0110d 0)" status
next 78 'cefctl setup' "$cefctl" -c "$tmp/none.conf" status
next 78 'cefd --check -c' "$cefctl" -c "$tmp/empty.conf" status
next 64 'take one of those that it has: acme out' \
    "$cefctl" -c "$tmp/good.conf" test nobody
if [ -w /dev/full ]; then
	status=0
	"$cefctl" -c "$tmp/good.conf" convert "$top_srcdir"/tests/golden/full.json \
	    >/dev/full 2>"$tmp/said.log" || status=$?
	heard 74 'cannot write to standard output: No space left on device' 'cefctl convert >/dev/full'
fi
[ -e /etc/cefd/cefd.conf ] || [ -e /run/cefd ] ||
    next 69 'no configuration yet.*cefctl setup' "$cefctl" status

# Another program's socket, and one where nobody answers.
if command -v python3 >/dev/null; then
	cat >"$tmp/listen.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
while True:
    c = s.accept()[0]
    c.recv(100)
    c.sendall(b"220 mail\n")
END
	start other python3 "$tmp/listen.py" "$tmp/other"
	wait_for "another socket" test -S "$tmp/other"
	next 76 'socket of another program' "$cefctl" -s "$tmp/other" status
	stop other
	sed -i 's/c.sendall.*/input()/; s/ax/ax/' "$tmp/listen.py"
	mkfifo "$tmp/never"
	start mute sh -c 'exec python3 "$1" "$2" <>"$3"' sh "$tmp/listen.py" \
	    "$tmp/mute" "$tmp/never"
	wait_for "a mute socket" test -S "$tmp/mute"
	next 76 'busy or hangs: .*its log' "$cefctl" -s "$tmp/mute" status
	stop mute
fi

# ------------------------------------------------ first run, and the way there
# setup STATUS PATTERN [LINE...] - with answers.txt and these lines.
setup()
{
	expected=$1
	pattern=$2
	shift 2
	{ cat "$tmp/answers.txt"; printf '%s\n' "$@"; } |
	    sed 's/@NUL@/\x00/; s/@ESC@/\x1b[31m/' >"$tmp/given.txt"
	next "$expected" "$pattern" \
	    "$cefctl" -c "$tmp/new.conf" setup --answers="$tmp/given.txt"
	[ ! -e "$tmp/new.conf" ] || fail "it is written"
}

sim --threats 1
umask 077
cat >"$tmp/answers.txt" <<END
host = 127.0.0.1:$sim_port
api-ca-file = $certs/ca.pem
token = sim-token
receiver = 127.0.0.1:$sink_port
END
next 64 'answers=FILE' "$cefctl" -c "$tmp/new.conf" setup
next 64 'lines, or - for stdin' "$cefctl" setup --answers="$tmp/none.txt"
next 73 'overwrite = yes.*-c' \
    "$cefctl" -c "$tmp/good.conf" setup --answers="$tmp/answers.txt"
ln -s none.conf "$tmp/link.conf"
next 73 'overwrite = yes.*-c' \
    "$cefctl" -c "$tmp/link.conf" setup --answers="$tmp/answers.txt"
[ -L "$tmp/link.conf" ] || fail "a link is moved aside unasked"
heard 73 'link.conf: is a link to none.conf, which is not there' 'setup, a link'
setup 64 'asked for, but only name' 'colour = red'
setup 64 '"\\x1b\[31mcolour" is not asked for' '@ESC@colour = red'
setup 65 'receiver: \\x1b\[31msiem: ' 'receiver = @ESC@siem'
setup 64 'write it so' 'colour'
setup 64 'text in UTF-8' 'name = @NUL@'
setup 65 'add a line "receiver = ' 'receiver ='
setup 65 'at most 64' 'name = a b'
setup 65 'answer with one of them' 'transport = pigeon'
setup 65 'answer with one of them' 'framing = none'
setup 65 'answer - for none' 'ca-file = /none.pem'
setup 65 'write it so, or -' 'ca-file = none.pem'
setup 65 'host:port' 'receiver = siem'
setup 65 'leave out what ends with ://' 'receiver = tls://127.0.0.1:1'
setup 1 'write one of them' 'even-if-unwell = maybe'
setup 1 'even-if-unwell = yes' 'token = wrong'
setup 1 'FAIL  token .*portal' 'token = wrong'
setup 1 'FAIL  connect .*firewall'
setup 1 'FAIL  name .*spelt right' 'host = no-such-host.invalid'
[ -z "$nobody" ] || {
	mkdir -m 755 "$tmp/roots"
	install -m 600 -o 65534 "$tmp/answers.txt" "$tmp/its.txt"
	echo 'even-if-unwell = yes' >>"$tmp/its.txt"
	next 73 'be root' $nobody env TMPDIR=/tmp "$cefctl" \
	    -c "$tmp/roots/new.conf" setup --answers="$tmp/its.txt"
}
next 73 'no such folder: make it' "$cefctl" -c "$tmp/no/such/new.conf" setup \
    --answers="$tmp/answers.txt"
next 73 'name a file in it' "$cefctl" -c "$tmp/folder" setup \
    --answers="$tmp/answers.txt"
sink in
TMPDIR=/nowhere
export TMPDIR
setup 1 'set TMPDIR' "receiver = 127.0.0.1:$sink_port" \
    "ca-file = $certs/ca.pem"
unset TMPDIR
setup 1 'answer trust = sha-256:' "receiver = 127.0.0.1:$sink_port"
setup 1 'even-if-unwell = yes' "receiver = 127.0.0.1:$sink_port"
sink plain --tcp
setup 1 'FAIL  certificate .*transport and port' \
    "receiver = 127.0.0.1:$sink_port"
stop plain
stop in

# ---------------------------------------------------------------- with cefd
sink in
configure
run_cefd
wrong 64 'cefctl names sources lists' 'poll nobody'
wrong 64 'cefctl names sources lists' 'poll --dry-run nobody'
wrong 64 'cefctl names lists' 'pause nobody'
wrong 64 '\\x1b\[31mx: .*control character: take it out' "pause $escape[31mx"
wrong 64 '\\x1b\[31mx.*not a command' "$escape[31mx"
wrong 64 'replay nobody 1d: ' 'replay nobody --since=1d'
wrong 64 'queue peek 0: .*-n takes 1 to' 'queue peek -n 0'
wrong 64 'cefctl names destinations lists' 'send-test nobody'
wrong 64 'cefctl names lists' 'test nobody'
wrong 64 'cefctl names sources lists' 'replay nobody --since=1d'
wrong 64 'cefctl names destinations lists' 'replay acme --since=1d --to=nobody'
wrong 64 'a time from 1970' 'replay acme --since=yesterday'
wrong 64 '"99999d" goes back before 1970: take a shorter' \
    'replay acme --since=99999d'
ctl pause acme
wrong 1 'not polled: it is paused: "cefctl resume source/acme" first' 'poll acme'
ctl resume acme
wrong 64 'since must be before --until, and before now' \
    'replay acme --since=2030-01-01'
wrong 64 'since must be before --until, and before now' \
    'replay acme --since=2026-01-02 --until=2026-01-01'
wrong 64 '-n takes 1 to' 'queue peek out -n 0'
wrong 64 'queue list has them' 'queue drop nobody'
wrong 64 'queue list has them' 'queue peek nobody'
wrong 64 'say source/NAME or\|sources or destinations' 'names everything'
next 77 'stop it, or give this one a path of its own' \
    "$cefd" -c "$tmp/cefd.conf"
stop in
wrong 1 'FAIL  connect .*firewall' 'test out'
sim_fault 500 list 1000
wrong 1 'HTTP 500.*(cefctl test acme tells more)$' 'poll acme'
stop sim
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
wait_log cefd 'abnormal-security: .*(cefctl test acme tells more)'
sink ends --tcp --mode close-at-accept
sed -i "s|servers = .*|servers = {\"127.0.0.1:$sink_port\"}|
    s|transport = .*|transport = \"relp\"|; /framing = /d
    /destination/,\$s|ca-file = .*||" "$tmp/cefd.conf"
ctl reload >"$tmp/said.log" 2>&1 || fail "the reload"
# Asked for, so that it fails more than once before it is told.
wrong 1 'FAIL  record .*cefctl test out' 'test out'
wait_log cefd 'retrying in .*(cefctl test out tells more)'
stop ends
sed -i 's/^source "acme" {/&\n\tenabled = false/' "$tmp/cefd.conf"
ctl reload >"$tmp/said.log" 2>&1 || fail "the reload"
disabled='it is disabled: set "enabled = true" .*"cefctl reload"'
wrong 1 "not polled: $disabled" 'poll acme'
wrong 1 'acme is disabled: set "enabled = true"' 'poll --dry-run acme'
echo 'nonsense' >>"$tmp/cefd.conf"
wrong 1 'the log' reload
wait_log cefd 'the old configuration stays in use'
wait_log cefd 'cefd --check -c'
[ -z "$nobody" ] || next 77 "be root, cefd's user or in its group" \
    $nobody "$cefctl" -s "$tmp/ctl" status
stop cefd
[ "$missed" -eq 0 ] || fail "$missed errors do not name the next thing to do"
