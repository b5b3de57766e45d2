#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Real rsyslog over plain TCP, LF framing first, then octet counting: 100 threats
# with 3 recipients each time, all fields as they were sent.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
sim --threats 100 --recipients 3
transport=tcp
for framing in lf octet-counting; do
	rsyslog "$framing" ptcp
	rs_port=$sink_port
	rm -f "$tmp/ref.out"
	both
	sink_port=$rs_port
	configure
	run_cefd
	poll
	wait_drained
	same_fields "$tmp/$framing.out" 300
	confirmed_by "rsyslog with $framing"
	stop cefd
	stop ref
	rm -rf "$tmp/spool"
done
