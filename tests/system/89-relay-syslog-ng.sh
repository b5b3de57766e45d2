#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# cefd -> syslog-ng -> rsyslog -> file over TLS, with the files of doc/receivers:
# syslog-ng, with its reliable buffer on disk, is killed with -9 twice and stopped
# twice in mid-stream. 100,000 records: none is missing. Again come cefd's
# session (500) and what syslog-ng had under way.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
. "$(dirname "$0")/relays.sh"
records=100000
source_more='enabled = false'

rsyslog_relay last rsyslog-tls.conf rsyslog-to-file.conf
syslog_ng_relay relay syslog-ng-tls.conf syslog-ng-forward-to-rsyslog.conf last
cefd_to relay cefd-tls.conf
filled "$records"
run_cefd
through "$records" syslog_ng_relay relay
check_filled "$tmp/last.out" "$records" $((4 * (500 + 10000)))
say "cefd sent $(status_of resent) again"
