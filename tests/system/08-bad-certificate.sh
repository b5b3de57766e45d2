#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The receiver's certificate has expired, is not valid yet, or comes from an
# authority that we do not trust: nothing is sent, and the error says which.
# With a good one all 60 records arrive, each once.
. "$(dirname "$0")/lib.sh"
make_certs
sim --threats 20 --recipients 3

# refused CERTIFICATE WORD
refused()
{
	sink in --cert "$certs/$1.pem" --key "$certs/$1.key"
	configure
	run_cefd
	[ -s "$tmp/poll.log" ] || poll
	wait_for "last_error has $2" told "$2"
	[ "$(status_of queued)" -eq 60 ] || fail "queued $(status_of queued)"
	[ ! -s "$tmp/in.out" ] || fail "$1: something arrived"
	stop cefd
	[ "$status" -eq 0 ] || fail "$1: cefd: exit $status"
	stop in
}

told()
{
	status_of last_error | grep -qi -e "$1"
}

refused expired 'expired'
refused future 'not valid before'
refused stranger 'issuer\|self.signed\|trust\|verif'

sink in
run_cefd
wait_drained
check_arrived "$tmp/in.out" 0
