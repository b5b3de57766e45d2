#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_revoked.sh [CERTIFICATES]: a crl-file of so many revoked certificates
# takes the place of a short one while a backlog is sent; the longest turn of the
# loop, and the memory, before and after.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
certificates=${1:-200000}
records=30000

# put_list CERTIFICATES - of the authority that signed the receiver's.
put_list()
{
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "R\t491231235959Z\t251101000000Z\t7F%014X\t" \
			    "unknown\t/CN=%d\n", i, i
	}' >"$tmp/index.txt"
	echo 01 >"$tmp/number"
	openssl ca -config "$tmp/ca.cnf" -gencrl -keyfile "$certs/ca.key" \
	    -cert "$certs/ca.pem" -out "$tmp/new.crl" 2>"$tmp/ca.log" ||
	    fail "openssl ca: $(cat "$tmp/ca.log")"
	mv "$tmp/new.crl" "$tmp/list.crl"
}

cost()
{
	echo "longest turn $(status_of longest_turn_ms) ms," \
	    "$(awk '/^VmRSS/ { print int($2 / 1024) }' \
	        "/proc/$(cat "$tmp/cefd.pid")/status") MiB"
}

make_certs
cat >"$tmp/ca.cnf" <<CONF
[ca]
default_ca = it
[it]
database = $tmp/index.txt
crlnumber = $tmp/number
default_md = sha256
default_crl_days = 30
CONF
put_list 0
sink in --count-only
source_more='enabled = false'
destination_more="crl-file = \"$tmp/list.crl\" rate = 5000"
configure
"$tools/fill" --spool "$tmp/spool" --queue out --records "$records" ||
    fail "fill"
run_cefd
wait_sunk in records -ge 5000
say "before: $(cost)"
put_list "$certificates"
wait_log cefd 'files for TLS have changed'
wait_drained
say "after, $certificates certificates in" \
    "$(wc -c <"$tmp/list.crl") octets: $(cost)"
