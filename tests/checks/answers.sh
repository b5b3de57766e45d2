#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The answers that `cefctl setup` takes are those that cefctl(8) and the quick
# start tell of: its table of questions is asked for its keys.
. "$(dirname "$0")/lib.sh"
top_builddir=${top_builddir:-$top_srcdir}
page=$top_srcdir/doc/man/cefctl.8
start=$top_srcdir/doc/quick-start.md
scratch

echo 'no-such-key = 1' | "$top_builddir/cefctl" -c "$scratch_dir/x.conf" setup \
    --answers=- >"$scratch_dir/said" 2>&1 && fail "it takes any key"
sed -n 's/.*is not asked for, but only //p' "$scratch_dir/said" |
    sed 's/, /\n/g' | sort >"$scratch_dir/are"
grep -q . "$scratch_dir/are" || fail "it names no key: $(cat "$scratch_dir/said")"

# in_page FILE, in_start FILE - the keys that are told of there
in_page()
{
	awk '/^\.Sh / { on = $0 == ".Sh ANSWERS OF SETUP" }
	    on && sub(/^\.It Ic /, "")' "$1" | sort
}
in_start()
{
	awk '/^\| answer \|/ { on = 1; next }
	    !/^\|/ { on = 0 }
	    on && split($0, part, "`") > 2 { print part[2] }' "$1" | sort
}

# same WHAT FILE
same()
{
	"$1" "$2" | diff "$scratch_dir/are" - >"$scratch_dir/differ"
}
same in_page "$page" || fail "cefctl.8: $(cat "$scratch_dir/differ")"
same in_start "$start" || fail "quick-start.md: $(cat "$scratch_dir/differ")"

# One that is missing, and one too many, is seen.
sed '/^\.It Ic trust$/d' "$page" >"$scratch_dir/planted"
! same in_page "$scratch_dir/planted" || fail "a missing one was not seen"
sed 's/^| `trust` /| `mistrust` /' "$start" >"$scratch_dir/planted"
! same in_start "$scratch_dir/planted" || fail "a wrong one was not seen"
