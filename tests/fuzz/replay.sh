#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every fuzz target takes its whole corpus: corpus/NAME goes to fuzz_NAME. The
# same command runs a target of libFuzzer, which is told not to go on fuzzing.
set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"

count=0
for corpus in "$top_srcdir"/tests/fuzz/corpus/*; do
	target=$top_builddir/tests/bin/fuzz_$(basename "$corpus")
	if [ ! -x "$target" ]; then
		echo "$corpus: there is no $target" >&2
		exit 1
	fi
	"$target" -runs=0 "$corpus"
	count=$((count + 1))
done
[ "$count" -gt 0 ]
