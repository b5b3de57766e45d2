#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 100
# The API answers 429 to each request for attachments, and to no other, without an
# end: the records come without them all the same. Once it answers those as well,
# they are sent after.
. "$(dirname "$0")/lib.sh"
sim --threats 10 --recipients 2
sim_fault 429 attachments 0 retry-after=2
sink in
poll_interval=10s
source_more='enrich = {"attachments"}'
configure

run_cefd
wait_sunk in records -eq 20
wait_status pending_retries -gt 0
wait_log cefd 'HTTP 429'
sim_post clear
wait_status pending_retries -eq 0
settle "$tmp/in.out"
[ "$(wc -l <"$tmp/in.out")" -gt 20 ] || fail "no addition came after"
