#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# The section for WitFoo of doc/receivers, to a receiver with what is known of
# its listeners: TLS with a private authority, connections that nothing comes on
# are closed (here after 100 ms), and a buffer that overflows above so many
# records a second. 2,000 records wait, and some come later: all arrive, none
# twice, in octet counting and, with that line changed, ended by LF; and the
# backlog takes four seconds less a slice, as the rate says.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
. "$(dirname "$0")/relays.sh"

now_ms()
{
	echo $(($(date +%s%N) / 1000000))
}

# to_witfoo OPTION - of the receiver.
to_witfoo()
{
	sink conductor --mode idle-close=100 $1
	cefd_to conductor cefd-witfoo.conf
	[ -z "$1" ] ||
	    sed -i 's/framing = "octet-counting"/framing = "lf"/' "$tmp/cefd.conf"
	filled 2000 --queue witfoo
	began=$(now_ms)
	run_cefd
	wait_sunk conductor records -ge 2000
	took=$(($(now_ms) - began))
	[ "$took" -ge 3500 ] || fail "2,000 records in $took ms"
	wait_drained
	for n in 1 2 3; do
		wait_sunk conductor open -eq 0
		ctl send-test witfoo >>"$tmp/send-test.log" 2>&1 ||
		    fail "send-test: exit $?"
	done
	[ "$(notices test "$tmp/conductor.out" | wc -l)" -eq 3 ] ||
	    fail "not three test records"
	grep 'externalId=[0-9]*$' "$tmp/conductor.out" |
	    grep -v ' cat=test ' >"$tmp/filled.out"
	check_filled "$tmp/filled.out" 2000 0
	stop cefd
	stop conductor
	rm -rf "$tmp/spool" "$tmp/conductor".*
}

source_more='enabled = false'
to_witfoo ''
to_witfoo --lf
