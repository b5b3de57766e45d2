#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# The receiver's certificate ends in six days and ours, whose key is encrypted,
# in twenty. Status and metrics tell both ends; the log warns of each once, and
# not again after a restart; a record of each comes to this destination and to
# the other one. With longer ones on both sides the warnings in status are gone.
. "$(dirname "$0")/lib.sh"
need openssl curl
sim --threats 10 --recipients 2
sink in --cert "$certs/soon.pem" --key "$certs/soon.key" --verify-client \
    --ca "$certs/ca.pem"
(umask 077 && echo 'a long password' >"$tmp/password")
lock()
{
	openssl pkcs8 -topk8 -in "$certs/$1.key" -out "$tmp/my.key" \
	    -passout "file:$tmp/password"
	cp "$certs/$1.pem" "$tmp/my.pem"
}
lock client-soon
destination_more="cert-file = \"$tmp/my.pem\"
	key-file = \"$tmp/my.key\"
	key-password-file = \"$tmp/password\""
more="destination \"other\" {
	transport = \"file\"
	path = \"$tmp/other.out\"
	sources = {\"acme\"}
}"
configure
status_port=$(free_port)
sed "s|listen = .*|listen = \"127.0.0.1:$status_port\" }|" "$tmp/cefd.conf" \
    >"$tmp/new.conf"
mv "$tmp/new.conf" "$tmp/cefd.conf"
run_cefd
poll
wait_drained
wait_log cefd "the receiver's certificate expires soon: .* days=5 server=127"
wait_log cefd 'our certificate expires soon: .* days=19$'

# utc CERTIFICATE - its end, as status writes it.
utc()
{
	date -u -d "$(openssl x509 -in "$certs/$1.pem" -noout -enddate |
	    cut -d = -f 2)" +%Y-%m-%dT%H:%M:%S.000Z
}

# out FIELD - of the destination "out".
out()
{
	ctl status --json | tr '{' '\n' | grep '"name": "out"' |
	    sed 's/.*"'"$1"'": \("[^"]*"\|null\|\[[^]]*\]\).*/\1/'
}
[ "$(out certificate_expires)" = "\"$(utc soon)\"" ] ||
    fail "certificate_expires $(out certificate_expires), not $(utc soon)"
[ "$(out client_certificate_expires)" = "\"$(utc client-soon)\"" ] ||
    fail "client_certificate_expires $(out client_certificate_expires)"
[ "$(out warnings)" = '["the receiver'"'"'s certificate expires in 5 days", "our certificate expires in 19 days"]' ] ||
    fail "warnings $(out warnings)"
ctl status | grep -q 'out: client certificate expires in 19d' || fail "no text"
curl -sS --noproxy '*' "http://127.0.0.1:$status_port/metrics" >"$tmp/metrics"
for name in certificate client_certificate; do
	grep -q "^cefd_destination_${name}_expiry_timestamp_seconds{destination=\"out\"} 1" \
	    "$tmp/metrics" || fail "$name: $(cat "$tmp/metrics")"
done

told()
{
	for file in in other; do
		[ "$(notices certificate "$tmp/$file.out" | wc -l)" -eq 2 ] ||
		    return 1
	done
}
wait_for 'each destination has two notices' told
notices certificate "$tmp/other.out" | value msg | sort >"$tmp/notices.txt"
printf '%s\n' "Destination out: the certificate of 127.0.0.1:$sink_port" \
    'Destination out: the certificate of cefd itself' | sort |
    cmp - "$tmp/notices.txt" || fail "told: $(cat "$tmp/notices.txt")"

more_comes()
{
	before=$(status_of confirmed)
	sim_add 1 recipients=1
	wait_for 'one more is delivered' came
}
came()
{
	poll
	[ "$(status_of confirmed)" -gt "$before" ]
}

# However many sessions there are.
more_comes
more_comes
more_comes

# Another life, with something to send, tells nothing again.
stop cefd
run_cefd
more_comes
# Later than the look in which it would have been told.
lock client
wait_log cefd 'files for TLS have changed'
[ "$(count_log cefd 'certificate expires soon')" -eq 2 ] ||
    fail "$(count_log cefd 'certificate expires soon') warnings, not 2"
told || fail "a notice came again"
stop in
sink in --verify-client --ca "$certs/ca.pem"
more_comes
wait_sunk in client_name = client
[ "$(out warnings)" = '[]' ] || fail "warnings $(out warnings)"
! grep -q 'a long password' "$tmp/cefd.log" || fail "the password is logged"

# A password that others can read is refused, with its line, and not told.
chmod 644 "$tmp/password"
line=$(grep -n 'key-password-file' "$tmp/cefd.conf" | cut -d : -f 1)
! "$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.txt" 2>&1 ||
    fail "a password for all to read is taken"
grep -q "^$tmp/cefd.conf:$line: key-password-file: .*chmod o-rwx" \
    "$tmp/check.txt" || fail "--check: $(cat "$tmp/check.txt")"
