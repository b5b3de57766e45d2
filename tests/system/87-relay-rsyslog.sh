#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 600
# cefd -> rsyslog -> rsyslog -> file, with the files of doc/receivers: over TLS,
# RELP, and RELP within TLS, and between the two over RELP within TLS from a
# queue on disk. The middle one is killed with -9 twice and stopped twice in
# mid-stream. 2,000 records each time: none is missing but what rsyslog says
# itself that its queue lost. Again come cefd's session (500) or window (128),
# and what the middle one had under way.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
. "$(dirname "$0")/relays.sh"
records=2000
source_more='enabled = false'

chain()
{
	rsyslog_relay last rsyslog-relp-tls.conf rsyslog-to-file.conf
	rsyslog_relay relay "$1" rsyslog-forward-to-rsyslog.conf last
	cefd_to relay "$2"
	filled "$records"
	run_cefd
	through "$records" rsyslog_relay relay
	! told_again || {
		chain "$@"
		return
	}
	check_filled "$tmp/last.out" "$records" "$3" "$(admitted relay)"
	say "$2: cefd sent $(status_of resent) again"
	next_chain
}

chain rsyslog-tls.conf cefd-tls.conf $((4 * (500 + 128)))
chain rsyslog-relp.conf cefd-relp.conf $((4 * (128 + 128)))
chain rsyslog-relp-tls.conf cefd-relp-tls.conf $((4 * (128 + 128)))
