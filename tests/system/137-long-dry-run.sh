#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# A dry run that takes longer than the ten seconds in which a poll commits its
# progress: it ends, has all, and spends no processor on waiting.
. "$(dirname "$0")/lib.sh"
sim --threats 24 --recipients 1 --latency 1000ms
sink out
source_more='max-in-flight = 2
	streams = {"threats"}'
configure
run_cefd
ctl pause acme >/dev/null
ticks()
{
	awk '{ print $14 + $15 }' "/proc/$(cat "$tmp/cefd.pid")/stat"
}
before=$(ticks)
ctl poll --dry-run acme >"$tmp/dry.out" || fail "the dry run ends with $?"
spent=$(($(ticks) - before))
[ "$(grep -c 'CEF:0' "$tmp/dry.out")" -eq 24 ] ||
    fail "$(grep -c 'CEF:0' "$tmp/dry.out") records, not 24"
[ "$spent" -lt $((2 * $(getconf CLK_TCK))) ] || fail "$spent ticks of processor"
[ "$(sunk out records)" -eq 0 ] || fail "a dry run sends"
stop cefd
