#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sizes: a function has at most 80 lines and nine in ten at most 40; a file 600,
# a header 100 and ten public functions; base names are unique in the tree.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)

# measured DIR EXCEPTIONS FOLDER...
measured()
{
	dir=$1
	except=$2
	shift 2
	(cd "$dir" && sources "$@" | xargs awk -v except="$except" \
	    -f "$here/size.awk")
}

measured "$top_srcdir" "$here/size.except" src tests ||
    fail "too large; see tests/checks/size.except for what may be"

# The check must be able to fail.
scratch
big=$scratch_dir/big
mkdir "$big"
body()
{
	printf 'int\n%s(void)\n{\n' "$1"
	awk -v n="$2" 'BEGIN { for (i = 0; i < n - 2; i++) print "\tx();" }'
	printf '}\n'
}
: >"$scratch_dir/none"
for n in 1 2 3 4 5 6 7 8 9; do body "f$n" 5; done >"$big/a.c"
body fits 80 >>"$big/a.c"
measured "$scratch_dir" "$scratch_dir/none" big >/dev/null ||
    fail "a function of 80 lines was refused"
body tall 81 >"$big/b.c"
for n in 1 2 3 4 5 6 7 8 9; do body "g$n" 5; done >>"$big/b.c"
if measured "$scratch_dir" "$scratch_dir/none" big >/dev/null 2>&1; then
	fail "a function of 81 lines was let through"
fi
echo 'big/b.c:tall a reason' >"$scratch_dir/some"
measured "$scratch_dir" "$scratch_dir/some" big >/dev/null ||
    fail "an exception was not let through"
awk 'BEGIN { for (i = 0; i < 11; i++) print "int f" i "(void);" }' >"$big/c.h"
if measured "$scratch_dir" "$scratch_dir/some" big >/dev/null 2>&1; then
	fail "a header with 11 functions was let through"
fi
