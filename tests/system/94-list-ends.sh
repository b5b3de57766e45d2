#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# A list of revoked certificates comes to its end while records flow and TLS
# sessions are resumed. Ahead of it the log warns once, however many sessions
# there are, status warns, and a record tells it. Once it has ended nothing is
# resumed: the receiver is refused as with any new connection, in plain words,
# and what waits goes out when there is a newer list, all of it once. And a key
# that others can read is warned of in the log, by --check and by cefctl test.
. "$(dirname "$0")/lib.sh"
need openssl
sim --threats 10 --recipients 2
sink in --verify-client --ca "$certs/ca.pem"
cp "$certs/client.key" "$tmp/my.key"
chmod 600 "$tmp/my.key"

# list NAME - becomes the one in use, in one go.
list()
{
	cp "$certs/$1.crl" "$tmp/crl.new"
	mv "$tmp/crl.new" "$tmp/crl"
}

# status has FIELD of the destination.
out()
{
	ctl status --json | tr '{' '\n' | grep '"name": "out"' |
	    sed 's/.*"'"$1"'": \("[^"]*"\|null\|\[[^]]*\]\).*/\1/'
}

all=20
# sends RECORDS - one threat each, in a session of its own.
sends()
{
	for n in $(seq "$1"); do
		more_comes
		wait_drained
	done
}
more_comes()
{
	sim_add 1 recipients=1
	all=$((all + 1))
	wait_for "$all records" fetched
}
fetched()
{
	poll
	[ "$(status_of records)" -ge "$all" ]
}

list ca-soon
destination_more="cert-file = \"$certs/client.pem\"
	key-file = \"$tmp/my.key\"
	crl-file = \"$tmp/crl\""
configure
run_cefd
poll
wait_drained
wait_log cefd 'the list of revoked certificates expires soon: .* days=0$'
[ "$(out warnings)" = '["the list of revoked certificates ends in 4 hours"]' ] ||
    fail "warnings $(out warnings)"
end=$(openssl crl -in "$tmp/crl" -noout -nextupdate | cut -d = -f 2)
[ "$(out crl_expires)" = "\"$(date -u -d "$end" +%Y-%m-%dT%H:%M:%S.000Z)\"" ] ||
    fail "crl_expires $(out crl_expires), not $end"
sends 3
[ "$(count_log cefd 'resumed=1')" -ge 3 ] || fail "nothing is resumed"

# One that ends while it is in use. The looks are ten seconds apart.
"$tools/mkcerts" "$certs" brief 12
list brief
wait_log cefd 'files for TLS have changed'
sends 2
wait_log cefd 'the list of revoked certificates has expired: '
more_comes
wait_log cefd 'the list of revoked certificates ended at .* (crl-file)'
status_of last_error | grep -q 'ended at' ||
    fail "status does not name the cause: $(status_of last_error)"
[ "$(out warnings)" = '["the list of revoked certificates has ended"]' ] ||
    fail "warnings $(out warnings)"
[ "$(status_of queued)" -ge 1 ] || fail "it was sent all the same"
! ctl test out >"$tmp/test.txt" 2>&1 || fail "cefctl test finds nothing"
grep -q '^FAIL.*the list of revoked certificates is over since' \
    "$tmp/test.txt" || fail "cefctl test: $(cat "$tmp/test.txt")"

# The key is somebody else's matter, too, from here on.
! logged cefd 'others can read' || fail "a key of mode 0600 is warned of"
chmod 644 "$tmp/my.key"
list ca
wait_drained
wait_log cefd "key-file: $tmp/my.key: others can read or change it; do chmod"
sends 2
[ "$(count_log cefd 'others can read')" -eq 1 ] || fail "it is told again"
line=$(grep -n 'key-file' "$tmp/cefd.conf" | cut -d : -f 1)
"$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.txt" 2>&1 || fail "--check"
grep -q "^$tmp/cefd.conf:$line: warning: key-file: .*chmod o-rwx" \
    "$tmp/check.txt" || fail "--check: $(cat "$tmp/check.txt")"
ctl test out >"$tmp/test.txt" 2>&1 || fail "cefctl test: $(cat "$tmp/test.txt")"
grep -q '^warn.*key-file: .*chmod o-rwx' "$tmp/test.txt" ||
    fail "cefctl test: $(cat "$tmp/test.txt")"
chmod 600 "$tmp/my.key"
"$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.txt" 2>&1 || fail "--check"
! grep -q 'key-file' "$tmp/check.txt" || fail "--check: $(cat "$tmp/check.txt")"

# Each was told once: of the first list ahead, of the second both.
[ "$(count_log cefd 'revoked certificates expires soon')" -le 2 ] ||
    fail "the warning is repeated"
[ "$(count_log cefd 'revoked certificates has expired')" -eq 1 ] ||
    fail "the end is repeated"
notices certificate "$tmp/in.out" | value msg | sort -u >"$tmp/notices.txt"
echo 'Destination out: the list of revoked certificates' |
    cmp - "$tmp/notices.txt" || fail "told: $(cat "$tmp/notices.txt")"
grep -v forwarder-status "$tmp/in.out" >"$tmp/threats.out"
check_arrived "$tmp/threats.out" 0
[ "$(count_log cefd 'ready version')" -eq 1 ] || fail "it was another life"
