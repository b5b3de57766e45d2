#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone: whoever includes it needs nothing before it but
# config.h, which every source includes first.
. "$(dirname "$0")/lib.sh"
[ -n "${CHECK_CC:-}" ] || skip "no compiler given; run by make check"
scratch

# alone ROOT HEADER
alone()
{
	printf '#include "config.h"\n#include "%s"\nextern int alone;\n' "$2" \
	    >"$scratch_dir/alone.c"
	# shellcheck disable=SC2086 # both are lists of words
	$CHECK_CC -I"$1" $CHECK_CFLAGS -Werror -fsyntax-only \
	    "$scratch_dir/alone.c"
}

status=0
for root in src tests; do
	for header in $(cd "$top_srcdir/$root" && find . -name '*.h' | sort); do
		alone "$top_srcdir/$root" "${header#./}" || {
			echo "$root/${header#./}: does not compile alone" >&2
			status=1
		}
	done
done
[ "$status" -eq 0 ] || exit 1

printf 'static inline size_t planted(void);\n' >"$scratch_dir/planted.h"
if alone "$scratch_dir" planted.h 2>/dev/null; then
	fail "a header that needs another was not seen"
fi
