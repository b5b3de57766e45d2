#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The status listener is asked by many at once: hundreds of connections that
# never finish their request, and hundreds that ask without end and read
# nothing. cefd has few descriptors, and yet answers whoever asks as one does,
# polls and delivers; each line of its log is one of its own.
. "$(dirname "$0")/lib.sh"
need curl python3
sim --threats 30
make_certs
sink in
configure
port=$(free_port)
sed -i "s/listen = \"\"/listen = \"127.0.0.1:$port\"/" "$tmp/cefd.conf"
cat >"$tmp/poor" <<SCRIPT
#!/bin/sh
ulimit -n 128
exec "$cefd" --log-format=json "\$@"
SCRIPT
chmod +x "$tmp/poor"
cefd=$tmp/poor
start cefd "$cefd" -c "$tmp/cefd.conf"
wait_for "cefd answers" ctl status
settle "$tmp/in.out"

cat >"$tmp/crowd.py" <<'PYTHON'
import select, socket, sys
port, word = int(sys.argv[1]), sys.argv[2]
text = b"GET /metrics HTTP/1.1\r\nX: "
if word == "greedy":
    text = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 100
crowd = []
for i in range(300):
    s = socket.socket()
    s.settimeout(5)
    try:
        s.connect(("127.0.0.1", port))
        s.send(text)
    except OSError:
        pass
    crowd.append(s)
print("all", flush=True)
sys.stdin.read()
PYTHON
mkfifo "$tmp/hold"

# crowd WORD - is there, and stays until descriptor 9 is closed.
crowd()
{
	python3 "$tmp/crowd.py" "$port" "$1" <"$tmp/hold" >"$tmp/$1.txt" &
	crowd=$!
	exec 9>"$tmp/hold"
	wait_for "the crowd is there" grep -q all "$tmp/$1.txt"
	curl -sS --noproxy '*' --max-time 5 -o "$tmp/metrics.txt" \
	    "http://127.0.0.1:$port/metrics" || fail "$1: no metrics"
	grep -q '^cefd_source_records_total' "$tmp/metrics.txt" ||
	    fail "$1: $(cat "$tmp/metrics.txt")"
	[ "$(ls "/proc/$(cat "$tmp/cefd.pid")/fd" | wc -l)" -lt 100 ] ||
	    fail "$1: it holds them all"
	sim_add 5
	poll
	settle "$tmp/in.out"
	exec 9>&-
	wait "$crowd"
}

ulimit -n 1024
crowd idle
crowd greedy
check_arrived "$tmp/in.out" 0
stop cefd
[ "$status" -eq 0 ] || fail "cefd: exit $status"
! grep -v '^{' "$tmp/cefd.log" || fail "these lines are none of its own"
