#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 100
# The log in its forms. As JSON each line is a document and its fields are what
# the text says. Under the journal, which here is a socket in a mount namespace
# of the story's own, each event is a datagram of fields and stderr stays empty.
# A destination in trouble is told under its name, like a source.
# At debug the log tells of windows, lists and sessions, and never of the token.
. "$(dirname "$0")/lib.sh"
need python3
make_certs
sim --threats 12 --recipients 2
sink in
configure
start cefd "$cefd" -v --log-format=json -c "$tmp/cefd.conf"
wait_log cefd '"message":"ready version'
wait_log cefd '"message":"fetched 12 threats'
wait_drained
# The second that runs is for a later poll.
in_trouble()
{
	ctl poll acme
	logged cefd 'retrying in'
}
stop in
sim_add 1
wait_for "the destination is in trouble" in_trouble
stop cefd
python3 - "$tmp/cefd.log" "$(cat "$tmp/token")" <<'END' || fail "JSON lines"
import json, sys
lines = open(sys.argv[1]).read()
assert sys.argv[2] not in lines
events = [json.loads(line) for line in lines.splitlines()]
assert all(list(e) == ["time", "level", "room", "message", "fields"]
           for e in events)
polls = [e for e in events if e["message"].startswith("fetched 12 threats")]
assert len(polls) == 1, polls
assert polls[0]["room"] == "abnormal-security"
assert polls[0]["fields"]["source"] == "acme"
assert polls[0]["fields"]["records"] == 24
troubles = [e for e in events if "retrying in" in e["message"]]
assert troubles and all(e["level"] == "warning" and
    e["fields"]["destination"] == "out" and
    e["message"].startswith('destination "out": ') for e in troubles), troubles
said = "\n".join(e["message"] for e in events if e["level"] == "debug")
for what in ["session confirmed"]:
    assert what in said, what
END

# In the journal a line of JSON has its priority in front, which it takes off.
rm "$tmp/cefd.log"
# shellcheck disable=SC2016 # for the inner shell
start cefd sh -c '
	JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2)
	export JOURNAL_STREAM
	exec "$1" --log-format=json -v -c "$2"' sh "$cefd" "$tmp/cefd.conf"
wait_log cefd '"ready version'
stop cefd
for line in '7>{.*"level":"debug",' '6>{.*"level":"info",'; do
	logged cefd "^<$line" || fail "no line <$line"
done
! grep -v '^<[3-7]>{"time"' "$tmp/cefd.log" || fail "a line without priority"

# A socket in place of the journal's, and each datagram as it came.
[ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null || {
	say "no mount namespace here: the journal's part is left out"
	exit 0
}
mkdir -p "$tmp/systemd/journal"
cat >"$tmp/journal.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(s.recv(65536).decode() + "--", flush=True)
END
start journal python3 "$tmp/journal.py" "$tmp/systemd/journal/socket"
wait_log journal listening
rm "$tmp/cefd.log"
sim_add 3
# shellcheck disable=SC2016 # for the inner shell
start cefd unshare -m sh -c '
	mount -t tmpfs tmpfs /run
	mkdir /run/systemd
	mount --bind "$1" /run/systemd
	JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2)
	export JOURNAL_STREAM
	exec "$2" -c "$3"' sh "$tmp/systemd" "$cefd" "$tmp/cefd.conf"
wait_log journal '^MESSAGE=abnormal-security: fetched [0-9]* threats source=acme'
wait_log journal '^CEFD_DESTINATION=out$'
sink in
wait_drained
stop cefd
wait_log journal '^MESSAGE=daemon: stopped'
for line in 'PRIORITY=6' 'SYSLOG_IDENTIFIER=cefd' 'CEFD_SOURCE=acme' \
    'CEFD_ROOM=abnormal-security' 'CEFD_UPDATES=0'; do
	logged journal "^$line\$" || fail "no $line in the journal"
done
[ ! -s "$tmp/cefd.log" ] || fail "stderr is not empty"
