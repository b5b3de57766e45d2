#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Real rsyslog with its GnuTLS driver, records with structured data: 200 threats
# with 3 recipients. Every field that rsyslog parsed is the one that was sent.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
rsyslog rs gtls '' 'streamDriver.authMode="anon"'
rs_port=$sink_port
sim --threats 200 --recipients 3
destination_more='structured-data = true'
both "$destination_more"
sink_port=$rs_port
configure
run_cefd
poll
wait_drained
same_fields "$tmp/rs.out" 600
confirmed_by rsyslog
