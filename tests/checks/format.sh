#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The layout of every source is what clang-format makes of it. Its versions do
# not agree with each other, so one of them decides: 14.
. "$(dirname "$0")/lib.sh"
tool=
for name in clang-format-14 clang-format; do
	if "$name" --version 2>/dev/null | grep -q 'version 14\.'; then
		tool=$name
		break
	fi
done
[ -n "$tool" ] || skip "needs clang-format 14"

# -style=file looks for .clang-format upwards from each file.
sources "$top_srcdir/src" "$top_srcdir/tests" |
    xargs "$tool" --dry-run -Werror --style=file ||
    fail "run $tool -i on the files named above"

scratch
cp "$top_srcdir/.clang-format" "$scratch_dir/.clang-format"
printf 'int f( void ){return 1;}\n' >"$scratch_dir/planted.c"
if "$tool" --dry-run -Werror --style=file "$scratch_dir/planted.c" \
    2>/dev/null; then
	fail "a badly laid out file was not seen"
fi
