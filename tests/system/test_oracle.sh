#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# The oracle of these stories can fail: a record that is missing, one that was
# never shown, one that came again too often or in other octets are each found.
. "$(dirname "$0")/lib.sh"

truth()
{
	printf '%s\n' '1|a@x|Auto-Remediated' '2|b@x|Held | by=7 \ it' '3||' \
	    '1|a@x|Manually Remediated'
}

line()
{
	printf '<132>1 - h cefd - threat - CEF:0|V|P|1|c|n|5|rt=1 %s\n' "$*"
}

good()
{
	line 'act=Auto-Remediated duser=a@x msg=act\=no externalId=1'
	line 'act=Held | by\=7 \\ it duser=b@x externalId=2'
	line 'externalId=3'
	line 'act=Manually Remediated duser=a@x end=5 externalId=1'
}

# refused WHAT - by check_arrived, in a shell of its own, with 1 line again.
refused()
{
	if (trap - EXIT && check_arrived "$tmp/out" 1) >"$tmp/said" 2>&1 3>&1
	then
		fail "let through: $1"
	fi
	grep -q "$2" "$tmp/said" || fail "$1: $(cat "$tmp/said")"
}

good >"$tmp/out"
check_arrived "$tmp/out" 0
good | head -n 1 >>"$tmp/out"
check_arrived "$tmp/out" 1
good | tail -n 1 >>"$tmp/out"
refused "two lines again" '2 came again'
good | sed 3d >"$tmp/out"
refused "one missing" '1 of 4 are missing, such as 3||'
good | sed 's/=Manually/=Half/' >"$tmp/out"
refused "another status" 'missing'
{ good; line 'externalId=4'; } >"$tmp/out"
refused "one too many" 'never shown'
{ good; line 'end=6 externalId=3'; } >"$tmp/out"
refused "other octets" 'different octets'

filled()
{
	if (trap - EXIT && check_filled "$tmp/out" 3 "$1") >"$tmp/said" 2>&1 3>&1
	then
		return 0
	fi
	return 1
}
printf 'a externalId=%s\n' 1 2 3 2 >"$tmp/out"
filled 1 || fail "filled: $(cat "$tmp/said")"
! filled 0 || fail "filled: one again was let through"
printf 'a externalId=%s\n' 1 2 2 >"$tmp/out"
! filled 1 || fail "filled: a missing one was let through"
printf 'a externalId=%s\n' 1 2 3 4 >"$tmp/out"
! filled 1 || fail "filled: a fourth was let through"
