#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 300
# go-syslog, which follows the grammar of RFC 5424 more closely than any other
# reader, takes each golden line of every format, and finds its header, its
# message and the parameters of its structured data as they are meant.
. "$(dirname "$0")/lib.sh"
need go python3
gopath=/usr/share/gocode
[ -d "$gopath/src/github.com/influxdata/go-syslog" ] ||
    skip "no go-syslog in $gopath"

# Once for a tree, because it builds much of Go's library with it.
source=$top_srcdir/tests/tools/go_syslog.go
reader=$top_builddir/tests/bin/go-syslog
if [ ! -x "$reader" ] || [ "$source" -nt "$reader" ]; then
	HOME=$tmp GOCACHE=$tmp/go GOPATH=$gopath GO111MODULE=off GOFLAGS='' \
	    go build -o "$reader" "$source"
fi

# Only structured data has pairs of its own; others have none.
cat "$golden"/*.sd >"$tmp/sd"
cat "$golden"/*.cef "$golden"/*.jsonl "$golden"/*.leef >"$tmp/lines"
sed 's/.*//' "$tmp/lines" >"$tmp/pairs"
"$strict" --pairs --sd <"$tmp/sd" >>"$tmp/pairs"
cat "$tmp/sd" >>"$tmp/lines"
"$reader" <"$tmp/lines" >"$tmp/got"
read_back rfc5424 "$tmp/lines" "$tmp/pairs" "$tmp/got"

sed 's/ severity="/ se]verity="/' "$tmp/lines" >"$tmp/other"
must_fail "$reader" <"$tmp/other"
sed 's/ severity="/ severity="1/' "$tmp/lines" | "$reader" >"$tmp/got"
must_fail read_back rfc5424 "$tmp/lines" "$tmp/pairs" "$tmp/got"
