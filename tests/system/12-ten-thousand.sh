#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# The main job at size: 10,000 threats with 3 recipients each in one poll, all
# 30,000 records arrive, each once, and the log has the line that people look
# for. A second poll sends nothing again.
. "$(dirname "$0")/lib.sh"
sim --threats 10000 --recipients 3
sink in
configure
run_cefd
poll
logged cefd 'abnormal-security: fetched 10000 threats source=acme' ||
    fail "$(grep fetched "$tmp/cefd.log" | tail -n 1)"
wait_drained
check_arrived "$tmp/in.out" 0
[ "$(status_of records)" -eq 30000 ] || fail "records $(status_of records)"
poll
wait_drained
[ "$(wc -l <"$tmp/in.out")" -eq 30000 ] || fail "a second poll sent again"
