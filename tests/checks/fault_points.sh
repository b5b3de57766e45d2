#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fault points are for the daemon of tests/torture alone: nothing but its
# fragment of the makefile puts them in, it has the sources of all of them, and
# what was built for use has none.
. "$(dirname "$0")/lib.sh"
scratch

# names FOLDER - of all fault points in its sources.
names()
{
	grep -rhoE 'FAULT_POINT\("[^"]*"\)' "$1/src" | sed 's/.*("//; s/").*//'
}

# look FOLDER - what is wrong in a tree.
look()
{
	names "$1" | sort | uniq -d | sed 's/$/: this name is there twice/'
	names "$1" | grep -vxE '[a-z]+-[a-z]+' | sed 's/$/: no such name/'
	grep -rlE 'FAULT_POINTS' "$1/configure.ac" "$1/Makefile.am" "$1/m4" \
	    "$1/src" "$1/packaging" | grep -v 'src/base/fault_point.h$' |
	    sed 's/$/: puts fault points in/'
	(cd "$1" && grep -rlE 'FAULT_POINT\("' src) | while read -r file; do
		grep -qF "	$file" "$1/tests/torture/torture.am" ||
		    echo "$file: is not in tests/torture/torture.am"
	done
}

# look_in PROGRAM - what it should not have.
look_in()
{
	[ -e "$1" ] || return 0
	for name in fault_point $(names "$top_srcdir"); do
		! grep -qaF "$name" "$1" || echo "$1: has $name"
	done
}

look "$top_srcdir" >"$scratch_dir/found"
for program in cefd cefctl; do
	look_in "${top_builddir:-$top_srcdir}/$program" >>"$scratch_dir/found"
done
[ ! -s "$scratch_dir/found" ] || fail "$(cat "$scratch_dir/found")"
[ "$(names "$top_srcdir" | wc -l)" -gt 20 ] || fail "where are they?"

# It would see a breach.
mkdir -p "$scratch_dir/tree/tests"
cp -R "$top_srcdir/src" "$top_srcdir/m4" "$top_srcdir/packaging" \
    "$top_srcdir/configure.ac" "$top_srcdir/Makefile.am" "$scratch_dir/tree"
cp -R "$top_srcdir/tests/torture" "$scratch_dir/tree/tests"
chmod -R u+w "$scratch_dir/tree"
cat >>"$scratch_dir/tree/src/base/buf.c" <<'BREACH'
	FAULT_POINT("commit-put");
	FAULT_POINT("Bad");
BREACH
echo '# -DFAULT_POINTS' >>"$scratch_dir/tree/configure.ac"
echo 'commit-put' >"$scratch_dir/program"
[ "$(look "$scratch_dir/tree" | wc -l)" -eq 4 ] ||
    fail "a planted breach is not seen: $(look "$scratch_dir/tree")"
[ -n "$(look_in "$scratch_dir/program")" ] || fail "nor one in a program"
