#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# The first configuration, by `cefctl setup`. From a file of answers: what is not
# well, missing or not asked for ends it with nothing written; then it is written
# with modes that keep the token from others, cefd runs with it, and all threats
# arrive. At a terminal: the token is not echoed, a wrong one is asked for again,
# an unknown receiver's certificate is shown and trusted, and the old file stays.
# Broken off, while it tries a receiver or asks for the token, it leaves nothing,
# and the terminal as it was; killed, no token.
. "$(dirname "$0")/lib.sh"
need python3
sim --threats 12 --recipients 2
sink in
made=$tmp/etc/cefd.conf
TMPDIR=$tmp/work
export TMPDIR
mkdir "$TMPDIR"
umask 077

# nothing_left BY - neither the draft beside the configuration nor a spool
nothing_left()
{
	left=$(ls -d "$tmp"/cefctl.* "$tmp"/etc/cefctl.* "$TMPDIR"/* 2>/dev/null || :)
	[ -z "$left" ] || fail "$1 leaves $left"
}

# setup STATUS [LINE...] - with answers.txt and these; said.log has the words.
setup()
{
	expected=$1
	shift
	{ cat "$tmp/answers.txt"; printf '%s\n' "$@"; } >"$tmp/given.txt"
	status=0
	"$cefctl" -c "$made" setup --answers="$tmp/given.txt" \
	    >"$tmp/said.log" 2>&1 || status=$?
	[ "$status" -eq "$expected" ] || fail "exit $status, not $expected"
	nothing_left "setup"
	! grep -q sim-token "$tmp/said.log" || fail "it tells the token"
	[ "$expected" -eq 0 ] || [ ! -e "$tmp/etc" ] || fail "it is written"
}

cat >"$tmp/answers.txt" <<END
# what a program would say
name = acme
host = 127.0.0.1:$sim_port
api-ca-file = $certs/ca.pem
token = sim-token
receiver = 127.0.0.1:$sink_port
END
setup 65 'destination = a/b'
says 'destination: a/b: a name has letters'
setup 65 'proxy = u:hidden-word@proxy.example.com'
says 'proxy: it does not begin with http://'
! grep -q hidden-word "$tmp/said.log" || fail "it tells a password"
setup 1 'proxy = http://127.0.0.1:1'
says '^FAIL .*proxy'
setup 64 'no-such-thing = 1'
says 'given.txt:[0-9]*: "no-such-thing" is not asked for'
setup 1 'token = wrong-token-0000'
says '^acme: not well: token$'
! grep -q wrong-token "$tmp/said.log" || fail "it tells the wrong token"
setup 1
says '^FAIL  certificate '
# To see whether somebody listens, and to shake hands: what that has shown of
# its certificate needs no third.
wait_sunk in connections -eq 2
says 'trust = sha-256:'
setup 1 'trust = sha-256:00'
says 'trust: sha-256:00 is not the fingerprint of'
wait_sunk in connections -eq 4
setup 65 'receiver =' 
says 'receiver is missing'
chmod o+r "$tmp/answers.txt"
status=0
"$cefctl" -c "$made" setup --answers="$tmp/answers.txt" \
    >"$tmp/said.log" 2>&1 || status=$?
[ "$status" -eq 77 ] || fail "exit $status for answers that all can read"
chmod o-r "$tmp/answers.txt"
"$cefctl" setup </dev/null >"$tmp/said.log" 2>&1 && fail "no terminal, exit 0"
says 'no terminal to ask at'

setup 0 "ca-file = $certs/ca.pem" 'destination = out'
says '^acme: well$'
says '^out: well$'
says 'cefd.conf is written'
[ "$(stat -c %a "$made" | cut -c3)" = 0 ] || fail "mode of the configuration"
[ "$(stat -c %a "$tmp/etc/acme.token" | cut -c3)" = 0 ] || fail "the token's mode"
[ "$(cat "$tmp/etc/acme.token")" = sim-token ] || fail "the token"
cp "$made" "$tmp/first.conf"
status=0
"$cefctl" -c "$made" setup --answers=- <"$tmp/given.txt" >"$tmp/said.log" 2>&1 ||
    status=$?
[ "$status" -eq 73 ] || fail "exit $status where a configuration is"

sed "s|source \"acme\" {|&\n\tlag = \"0s\"\n\tstart = \"7d\"|
s|socket = .*|socket = \"$tmp/ctl\"|" "$made" >"$tmp/cefd.conf"
"$cefd" -n -c "$made" >"$tmp/check.log" 2>&1 || fail "cefd --check"
run_cefd
wait_log cefd 'fetched 12 threats source=acme'
wait_drained
wait_sunk in records -eq 25
stop cefd

# A person at a terminal.
cat >"$tmp/person.py" <<'END'
import os, pty, re, select, sys
talk = [("stays|keep the old", "y"), ("name for this source", ""),
        ("API's host", sys.argv[2]), ("proxy to reach", ""),
        ("API's authority", sys.argv[3]),
        ("token", "not-the-token-1234"), ("Answer again", "a"),
        ("name for this source", "acme"), ("API's host", ""),
        ("proxy to reach", "http://u:hidden-word"), ("proxy to reach", ""),
        ("API's authority", ""), ("token", "sim-token"),
        ("name for the receiver", "trusted"),
        ("address", "nonsense"), ("address", sys.argv[4]), ("How", ""),
        ("Framing", ""), ("receiver's authority", "-"),
        ("Trust the certificate", "y")]
if len(sys.argv) > 6:
    talk = talk[:12] + [("token", "\x03")]
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "-c", sys.argv[5], "setup"])
said = seen = ""
for pattern, answer in talk:
    while not re.search(pattern + r"[^\n]*: $", seen):
        if not select.select([fd], [], [], 60)[0]:
            sys.exit("waited in vain for " + pattern + "\n" + said)
        try:
            got = os.read(fd, 4096).decode()
        except OSError:
            sys.exit("it ended before " + pattern + "\n" + said)
        said += got
        seen += got
    seen = ""
    os.write(fd, (answer + "\n").encode())
while True:
    try:
        got = os.read(fd, 4096).decode()
    except OSError:
        break
    if not got:
        break
    said += got
print(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
python3 "$tmp/person.py" "$cefctl" "127.0.0.1:$sim_port" "$certs/ca.pem" \
    "127.0.0.1:$sink_port" "$made" >"$tmp/said.log" 2>&1 ||
    fail "the person: exit $?"
! grep -q 'not-the-token\|sim-token\|hidden-word\]' "$tmp/said.log" || fail "the token is echoed"
says 'neither\|not\|port' # about the nonsense
says '^ok    fingerprint  sha-256:'
cmp -s "$made.old" "$tmp/first.conf" || fail "the old one is not kept"
grep -q 'verify = "fingerprint"' "$made" || fail "the trust is not written"
"$cefd" -n -c "$made" >"$tmp/check.log" 2>&1 || fail "cefd --check"
"$cefctl" -c "$made" test trusted >"$tmp/said.log" 2>&1 || fail "cefctl test"

# Ctrl-C where the token is asked for again: the first has been tried.
status=0
python3 "$tmp/person.py" "$cefctl" "127.0.0.1:$sim_port" "$certs/ca.pem" \
    "127.0.0.1:$sink_port" "$made" break >"$tmp/said.log" 2>&1 || status=$?
[ "$status" -eq 254 ] || fail "Ctrl-C: exit $status"
nothing_left Ctrl-C

# Whatever ends or stops it there gives the terminal its echo back; gone on with,
# it is off again.
cat >"$tmp/echo.py" <<'END'
import fcntl, os, pty, re, select, signal, sys, termios, time
ctl, host, made = sys.argv[1:]
end = time.monotonic() + 60


def echoes(tty):
    return bool(termios.tcgetattr(tty)[3] & termios.ECHO)


def until(what, true):
    while not true():
        if time.monotonic() > end:
            sys.exit("in vain: " + what)
        time.sleep(0.01)


def asked(fd, pattern):
    said = ""
    while not re.search(pattern, said):
        if not select.select([fd], [], [], 60)[0]:
            sys.exit("in vain: " + pattern + "\n" + said)
        said += os.read(fd, 4096).decode()
    return said


def at_the_token():
    fd, tty = pty.openpty()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        fcntl.ioctl(tty, termios.TIOCSCTTY, 0)
        for i in range(3):
            os.dup2(tty, i)
        os.execv(ctl, [ctl, "-c", made, "setup"])
    for pattern, answer in [("name for this", ""), ("API's host", host),
                            ("proxy", ""), ("authority", "-")]:
        asked(fd, pattern + ".*: $")
        os.write(fd, (answer + "\n").encode())
    asked(fd, "token.*: $")
    until("no echo", lambda: not echoes(tty))
    return pid, fd, tty


for number, key in [(signal.SIGINT, b"\x03"), (signal.SIGQUIT, b"\x1c"),
                    (signal.SIGTERM, None), (signal.SIGHUP, None)]:
    pid, fd, tty = at_the_token()
    if key:
        os.write(fd, key)
    else:
        os.kill(pid, number)
    status = os.waitpid(pid, 0)[1]
    if os.WCOREDUMP(status):
        sys.exit(f"{number.name}: a core is dumped")
    ended = os.waitstatus_to_exitcode(status)
    if ended != -number or not echoes(tty):
        sys.exit(f"{number.name}: {ended}, echo {echoes(tty)}")

pid, fd, tty = at_the_token()
for again in range(2):
    os.write(fd, b"\x1a")
    status = os.waitpid(pid, os.WUNTRACED)[1]
    if not os.WIFSTOPPED(status) or not echoes(tty):
        sys.exit(f"Ctrl-Z: {status}, echo {echoes(tty)}")
    os.kill(pid, signal.SIGCONT)
    until("no echo, continued", lambda: not echoes(tty))
os.write(fd, b"typed-after-that\n")
if "typed-after-that" in asked(fd, "Not well.*: $"):
    sys.exit("echoed when continued")
os.write(fd, b"q\n")
asked(fd, "nothing is written")
os.waitpid(pid, 0)
END
# A core would hold the token.
(cd "$tmp" && ulimit -c unlimited && python3 "$tmp/echo.py" "$cefctl" 127.0.0.1:1 "$tmp/not.conf") \
    >"$tmp/said.log" 2>&1 || fail "the echo: $(cat "$tmp/said.log")"
nothing_left "what ends it"

# tried - the spool of the marked record is written, and nothing else.
tried()
{
	[ -e "$(echo "$TMPDIR"/*/data.mdb)" ]
}
stop in
sink in --mode never-answer-close
sed "s|^receiver = .*|receiver = 127.0.0.1:$sink_port|" "$tmp/answers.txt" \
    >"$tmp/given.txt"
printf '%s\n' "ca-file = $certs/ca.pem" 'overwrite = yes' >>"$tmp/given.txt"
for signal in INT TERM HUP; do
	# Python's execv: a shell has what it puts behind ignore SIGINT.
	python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$cefctl" -c "$made" setup \
	    --answers="$tmp/given.txt" >"$tmp/said.log" 2>&1 &
	wait_for "the receiver is tried" tried
	kill -s "$signal" $!
	status=0
	wait $! || status=$?
	[ "$(kill -l "$status")" = "$signal" ] || fail "SIG$signal: exit $status"
	nothing_left "SIG$signal"
done

# Killed, it can remove nothing: no token that was given is in a file by then.
rm -r "$tmp/etc"
mkdir "$tmp/etc"
"$cefctl" -c "$made" setup --answers="$tmp/given.txt" >"$tmp/said.log" 2>&1 &
wait_for "the receiver is tried" tried
kill -s KILL $!
wait $! && fail "killed, and it ends well"
[ -z "$(ls -A "$tmp/etc")" ] || fail "killed, it leaves $(ls -AR "$tmp/etc")"
! grep -rq sim-token "$TMPDIR" || fail "killed, it leaves the token"
