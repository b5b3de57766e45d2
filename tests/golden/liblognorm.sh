#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# liblognorm, which rsyslog's mmnormalize reads CEF with, finds in each golden
# line the very pairs that are meant. It drops the first letter of the first key
# unless a blank stands before it, so the lines are given one.
. "$(dirname "$0")/lib.sh"
need lognormalizer python3

printf 'version=2\nrule=:%%f:cef%%\n' >"$tmp/rules"

# normalized LINES - what it makes of the CEF in them, one JSON object a line.
normalized()
{
	sed 's/^.* CEF:0/CEF:0/; s/|\([0-9]*\)|\([A-Za-z0-9]*=\)/|\1| \2/' "$1" | lognormalizer -r "$tmp/rules" -e json
}

cat "$golden"/*.cef >"$tmp/lines"
"$strict" --pairs <"$tmp/lines" >"$tmp/pairs"
normalized "$tmp/lines" >"$tmp/got"
read_back cef "$tmp/lines" "$tmp/pairs" "$tmp/got"

sed 's/externalId=/externalId=x/' "$tmp/lines" >"$tmp/other"
normalized "$tmp/other" >"$tmp/got"
must_fail read_back cef "$tmp/lines" "$tmp/pairs" "$tmp/got"
