#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Python reads each golden line of JSON and finds the document's own members in
# their order, every digit of a number, and nothing twice.
. "$(dirname "$0")/lib.sh"
need python3

read_back json "$golden"/*.json

cp "$golden/full.json" "$tmp/full.json"
sed 's/47112233445566778/47112233445566779/' "$golden/full.jsonl" \
    >"$tmp/full.jsonl"
must_fail read_back json "$tmp/full.json"
