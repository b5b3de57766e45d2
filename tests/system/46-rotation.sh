#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# While records flow, everything about TLS is replaced, on both sides and
# without a reload: the receiver's certificate and its authority, our
# certificate and its key, the list of revoked certificates. New files that are
# half there, or do not fit each other, leave the old ones in use, with a
# warning in the log, in status and in --check, which tells the line. A receiver
# whose certificate is on the list is refused as revoked, in spite of its
# tickets, and what waits goes to the one with a good certificate. 420 records
# in seven batches, nothing lost, nothing twice.
. "$(dirname "$0")/lib.sh"
sim --threats 20 --recipients 3
mkdir "$tmp/mine"

# put FILE NAME - in one go, as who is careful does it.
put()
{
	cp "$certs/$1" "$tmp/mine/$2.new"
	mv "$tmp/mine/$2.new" "$tmp/mine/$2"
}
put client.pem cert
put client.key key
put ca.pem ca
put ca.crl crl

# receiver CERTIFICATE - the same place, another certificate.
receiver()
{
	stop in
	sink in --cert "$certs/$1.pem" --key "$certs/$1.key" \
	    --verify-client --ca "$certs/ca.pem"
}

all=60
# Twenty threats more, and all of them fetched: the API's second that runs is
# for the next poll.
batch()
{
	sim_add 20 recipients=3
	all=$((all + 60))
	wait_for "$all records" fetched
}

fetched()
{
	poll
	[ "$(status_of records)" -ge "$all" ]
}

warns()
{
	ctl status --json | grep -q "\"warnings\": \[\"$1"
}

sink in --verify-client --ca "$certs/ca.pem"
destination_more="cert-file = \"$tmp/mine/cert\"
	key-file = \"$tmp/mine/key\"
	crl-file = \"$tmp/mine/crl\""
configure
sed "/destination/,\$s|^\tca-file = .*|\tca-file = \"$tmp/mine/ca\"|" \
    "$tmp/cefd.conf" >"$tmp/new.conf"
mv "$tmp/new.conf" "$tmp/cefd.conf"
run_cefd
poll
wait_drained
wait_sunk in client_name = client

# Our certificate first, then its key; in between the old ones are in use.
put client-2.pem cert
batch
wait_drained
wait_log cefd 'is not the key of the certificate in .*; what was read before'
wait_for 'status warns of the key' warns 'key-file: '
status=0
"$cefd" --check -c "$tmp/cefd.conf" >"$tmp/check.txt" 2>&1 || status=$?
line=$(grep -n 'key-file' "$tmp/cefd.conf" | cut -d : -f 1)
[ "$status" -ne 0 ] && grep -q "^$tmp/cefd.conf:$line: key-file: .* is not the" \
    "$tmp/check.txt" || fail "--check: $status $(cat "$tmp/check.txt")"
[ "$(sunk in client_name)" = client ] || fail "a pair that does not fit is used"
put client-2.key key
wait_log cefd 'files for TLS have changed'
batch
wait_drained
wait_sunk in client_name = client-2
! warns . || fail "status warns still: $(ctl status)"

# Written in place, and slowly; the idle destination sees each step by itself.
head -c 300 "$certs/other-ca.pem" >"$tmp/mine/ca"
wait_for 'status warns of the half of a file' warns 'ca-file: '
batch
wait_drained
cat "$certs/ca.pem" "$certs/other-ca.pem" >"$tmp/mine/ca"
wait_for 'the warning is gone' eval '! warns .'

# The receiver's turn. Of the stranger's authority there must be a list as well.
receiver server-rsa
batch
wait_drained

# Revoked: known in plain words, and no ticket helps.
receiver server
batch
wait_drained
put revoked.crl crl
batch
wait_log cefd "the server's certificate was revoked at .* (crl-file)"
status_of last_error | grep -q 'was revoked at' ||
    fail "status does not name the cause: $(status_of last_error)"
[ "$(status_of queued)" -eq 60 ] || fail "queued $(status_of queued)"
receiver server-rsa
wait_drained
check_arrived "$tmp/in.out" 0
[ "$(count_log cefd 'ready version')" -eq 1 ] || fail "it was another life"
[ "$(count_log cefd ' reloaded ')" -eq 0 ] || fail "it was reloaded"
