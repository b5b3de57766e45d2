#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_sessions.sh [RECORDS [ROUNDS [DELAY_MS]]]: what sessions cost, near by
# with and without TLS resumption, and over a way that takes DELAY_MS there and
# as much back.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
patience=600
delay_ms=${3:-50}

sink near --count-only
near_port=$sink_port
sink fresh --count-only --tickets 0
start relay "$tools/bench_delay_relay" -t "$near_port" -p "$tmp/relay.port" \
    -d "$delay_ms"
say "far away: a round trip of $((delay_ms * 2)) ms, a window of 4 MiB"
"$tools/bench_sessions" -p "$near_port" -t "$sink_port" \
    -l "$(port_of "$tmp/relay.port")" -a "$certs/ca.pem" -f "$tools/fill" \
    -n "${1:-2000000}" -r "${2:-3}" || fail "bench_sessions"
