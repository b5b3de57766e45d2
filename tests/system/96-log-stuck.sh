#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# Whoever reads the log stops: behind a small pipe, a socket, a terminal, and on
# a disk that is full. cefd polls, delivers, answers and ends all the same. Once
# the log is read again it says how many lines were lost, and every line is
# whole; and what cefd shares with others is as it was: it still waits for them.
. "$(dirname "$0")/lib.sh"
need python3
make_certs
sim --threats 3 --recipients 1
sink in
configure

# exec's cefd with stderr on one end of something; a child has the other end and
# reads nothing of it until SIGUSR1.
cat >"$tmp/stuck.py" <<'END'
import fcntl, os, pty, signal, socket, sys
kind, pid_file, out = sys.argv[1:4]
if kind == "pipe":
    near, far = os.pipe()
    fcntl.fcntl(far, 1031, 4096)  # F_SETPIPE_SZ
elif kind == "terminal":
    near, far = pty.openpty()
else:
    a, b = socket.socketpair()
    b.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    near, far = a.detach(), b.detach()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
reader = os.fork()
if reader != 0:
    with open(pid_file, "w") as f:
        f.write(str(reader))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    os.dup2(far, 2)
    os.close(near)
    os.close(far)
    os.execv(sys.argv[4], sys.argv[4:])
mine = os.dup(far)
flags = fcntl.fcntl(mine, fcntl.F_GETFL)
signal.sigwait({signal.SIGUSR1})
assert fcntl.fcntl(mine, fcntl.F_GETFL) == flags, "flags have changed"
os.close(mine)
os.close(far)
with open(out, "wb", buffering=0) as f:
    while True:
        try:
            data = os.read(near, 65536)
        except OSError:  # a terminal that is hung up
            break
        if not data:
            break
        f.write(data.replace(b"\r", b""))
END

# polls NUMBER
polls()
{
	for n in $(seq "$1"); do
		timeout "$patience" "$cefctl" -s "$tmp/ctl" poll acme \
		    >/dev/null || fail "poll $n of $1: $?"
	done
}

lost_told()
{
	polls 1
	logged read '"message":"[0-9]* lines were lost: the log could not be'
}

# stuck KIND POLLS - that fill it
stuck()
{
	say "$1"
	rm -f "$tmp/read.log" "$tmp/reader.pid"
	start cefd python3 "$tmp/stuck.py" "$1" "$tmp/reader.pid" \
	    "$tmp/read.log" "$cefd" -v --log-format=json -c "$tmp/cefd.conf"
	started="$started reader"
	wait_for "cefd answers" ctl status
	sim_add 1
	polls "$2"
	wait_drained
}

for kind in 'pipe 20' 'socket 40' 'terminal 150'; do
	# shellcheck disable=SC2086 # two words
	stuck $kind
	kill -USR1 "$(cat "$tmp/reader.pid")"
	wait_for "the loss is told" lost_told
	stop cefd
	[ "$status" -eq 0 ] || fail "cefd ended with $status"
	wait_log read '"message":"stopped"'
	python3 -c 'import json, sys
for line in open(sys.argv[1]):
    json.loads(line)' "$tmp/read.log" || fail "a line is not whole"
done

say "the end, with nobody reading"
stuck pipe 20
stop cefd
[ "$status" -eq 0 ] || fail "cefd ended with $status"
kill -USR1 "$(cat "$tmp/reader.pid")"
wait_for "the reader has ended" gone "$(cat "$tmp/reader.pid")"

say "no room on the disk"
start cefd sh -c "exec '$cefd' -v -c '$tmp/cefd.conf' 2>/dev/full"
wait_for "cefd answers" ctl status
polls 3
stop cefd
[ "$status" -eq 0 ] || fail "cefd ended with $status"
run_cefd
settle "$tmp/in.out"
stop cefd
check_arrived "$tmp/in.out" 0
