#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The alert rules are right by promtool, and do in each case what their unit
# tests say; no alert is without one.
. "$(dirname "$0")/lib.sh"
command -v promtool >/dev/null || skip "no promtool here"
scratch
cp "$top_srcdir/etc/prometheus/"*.yml "$scratch_dir"
cd "$scratch_dir"

promtool check rules cefd.rules.yml >out 2>&1 || fail "$(cat out)"
promtool test rules cefd.rules.test.yml >out 2>&1 || fail "$(cat out)"
for alert in $(sed -n 's/^ *- alert: //p' cefd.rules.yml); do
	grep -q "$alert" cefd.rules.test.yml || fail "$alert has no test"
done
[ -n "${alert:-}" ] || fail "no alert was found"

sed 's/, 3600)/, 36000000)/' cefd.rules.yml >planted
mv planted cefd.rules.yml
! promtool test rules cefd.rules.test.yml >out 2>&1 ||
    fail "an alert that never comes was not seen"
