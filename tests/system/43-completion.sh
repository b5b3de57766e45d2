#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# What bash offers while a line for cefctl or cefd is typed: commands, options,
# and the names that the running daemon knows, of former destinations' queues, too. Both shells' files name every
# command and every option of --help, and no other.
. "$(dirname "$0")/lib.sh"
need bash
completion=$top_srcdir/etc/completion
sink_port=1
source_more='enabled = false'
more='destination "second" { servers = {"127.0.0.1:1"} transport = "tcp" framing = "lf" }'
configure
mkdir "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue former --records 3
run_cefd

cat >"$tmp/offer.bash" <<'END'
# offer.bash FILE WORD... - what is offered for the last word.
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
"_$1"
printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
END
PATH=$(dirname "$cefctl"):$PATH

# offered WORD... - on one line.
offered()
{
	bash "$tmp/offer.bash" "$completion/$1.bash" "$@" 2>"$tmp/offer.log"
}

# expect OFFER WORD...
expect()
{
	want=$1
	shift
	got=$(offered "$@")
	[ "$got" = "$want" ] || fail "\"$*\" offers \"$got\", not \"$want\""
	[ ! -s "$tmp/offer.log" ] || fail "\"$*\" says $(cat "$tmp/offer.log")"
}

expect 'send-test setup status ' cefctl s
expect '--json ' cefctl -s "$tmp/ctl" status --j
expect 'acme out second ' cefctl -s "$tmp/ctl" pause ''
expect 'acme ' cefctl poll -s "$tmp/ctl" a
expect 'out second ' cefctl -s "$tmp/ctl" send-test ''
expect '--force former out second ' cefctl -s "$tmp/ctl" queue drop ''
expect '--count former out second ' cefctl -s "$tmp/ctl" queue peek ''
expect 'acme out second ' cefctl --socket = "$tmp/ctl" pause ''
expect 'acme out second ' cefctl --config = "$tmp/cefd.conf" resume ''
expect 'send-test setup status ' cefctl --socket = "$tmp/ctl" s
expect 'second ' cefctl -s "$tmp/ctl" replay acme --to = s
expect 'drop list peek ' cefctl -s "$tmp/ctl" queue ''
expect 'json ' cefctl convert --format = j
expect ' ' cefctl -s "$tmp/nowhere" pause ''
expect '--print ' cefd --p
expect 'json plain ' cefd --log-format = ''

# told PROGRAM - the long options and, of cefctl, the commands of its help.
told()
{
	"$1" --help | grep -o -e '--[a-z][a-z-]*' | sort -u
	[ "$(basename "$1")" = cefd ] ||
	    "$1" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | sort -u
}

for program in "$cefctl" "$cefd"; do
	name=$(basename "$program")
	told "$program" | grep -v -e '^--debug$' >"$tmp/told.txt"
	for file in "$completion/$name.bash" "$completion/_$name"; do
		while read -r word; do
			grep -q -e "[^a-z-]$word\([^a-z-]\|\$\)" "$file" ||
			    fail "$(basename "$file") does not know $word"
		done <"$tmp/told.txt"
		grep -v '^#' "$file" | grep -o -e '--[a-z][a-z-]*' | sort -u |
		    grep -v -F -x -f "$tmp/told.txt" >"$tmp/more.txt" || true
		[ ! -s "$tmp/more.txt" ] ||
		    fail "$(basename "$file"): $(cat "$tmp/more.txt")"
	done
	bash -n "$completion/$name.bash" || fail "bash -n"
	! command -v zsh >/dev/null || zsh -n "$completion/_$name" ||
	    fail "zsh -n"
done
