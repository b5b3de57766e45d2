#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# The three ways to know a receiver, each with one that is taken and one that is
# refused. By name: one for elsewhere is refused. By authority: that one is
# taken, one of another authority is refused. By fingerprint: a stranger is
# taken when its own is listed, and refused when another's is; the refusal tells
# what to list. One that has expired is taken by its fingerprint, and told. Nothing is sent to who is refused: 60 records come once, to the
# receiver that is known, by each way.
. "$(dirname "$0")/lib.sh"
need openssl
sim --threats 20 --recipients 3

# known WHAT CERTIFICATE - to who has that certificate everything is delivered.
known()
{
	rm -rf "$tmp/spool" "$tmp/in.out" "$tmp/in.port"
	sink in --cert "$certs/$2.pem" --key "$certs/$2.key"
	configure
	run_cefd
	poll
	wait_drained
	check_arrived "$tmp/in.out" 0
	stop cefd
	stop in
	say "$1: $2 is taken"
}

# unknown WHAT CERTIFICATE WORDS - it gets nothing, and status says why.
unknown()
{
	rm -rf "$tmp/spool" "$tmp/in.out" "$tmp/in.port"
	sink in --cert "$certs/$2.pem" --key "$certs/$2.key"
	configure
	run_cefd
	poll
	wait_for "status says \"$3\"" says "$3"
	logged cefd "$3" || fail "not in the log: $3"
	[ "$(status_of queued)" -eq 60 ] || fail "queued $(status_of queued)"
	[ ! -s "$tmp/in.out" ] || fail "something was sent to $2"
	stop cefd
	stop in
	say "$1: $2 is refused"
}

says()
{
	status_of last_error | grep -q "$1"
}

# fingerprint CERTIFICATE HASH - as RFC 5425 writes it.
fingerprint()
{
	openssl x509 -in "$certs/$1.pem" -noout -fingerprint "-sha$2" |
	    sed "s/.*=/sha-$2:/"
}

known name server
unknown name wrong-name 'for elsewhere.example, not for 127.0.0.1'
destination_more='verify = "ca"'
known ca wrong-name
unknown ca stranger 'signed by other-ca, which is not'
destination_more="verify = \"fingerprint\"
	fingerprints = {\"$(fingerprint server 256)\",
	    \"$(fingerprint stranger 256)\"}"
known fingerprint stranger
unknown fingerprint wrong-name \
    "none of those in fingerprints; its own is $(fingerprint wrong-name 256)"
destination_more="verify = \"fingerprint\"
	fingerprints = {\"$(fingerprint expired 1)\"}"
known sha-1 expired
unknown sha-1 server 'none of those in fingerprints'

# Its date does not matter then, but is told.
rm -rf "$tmp/spool" "$tmp/in.out" "$tmp/in.port" "$tmp/cefd.log"
sink in --cert "$certs/expired.pem" --key "$certs/expired.key"
destination_more="verify = \"fingerprint\"
	fingerprints = {\"$(fingerprint expired 256)\"}"
configure
run_cefd
poll
wait_drained
wait_log cefd "the receiver's certificate has expired: "
sim_add 1 recipients=3
fetched()
{
	poll
	[ "$(status_of records)" -ge 63 ]
}
wait_for 'three more' fetched
wait_drained
[ "$(wc -l <"$tmp/in.out")" -ge 63 ] || fail "it is refused later"
ctl status --json | grep -q "the receiver's certificate has expired" ||
    fail "status says nothing: $(ctl status)"
stop cefd

# What would take anybody is no configuration.
refuses()
{
	configure
	status=0
	"$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.txt" 2>&1 || status=$?
	[ "$status" -ne 0 ] && grep -q "^$tmp/cefd.conf:[0-9]*: $1" \
	    "$tmp/check.txt" || fail "--check: $status $(cat "$tmp/check.txt")"
}
destination_more='verify = "none"'
refuses 'verify: "none" is not one of: name, ca, fingerprint'
destination_more='verify = "fingerprint"'
refuses 'verify = "fingerprint" and fingerprints go together'
destination_more='fingerprints = {"E1:2D"}'
refuses 'fingerprints: "E1:2D": begins with neither'
