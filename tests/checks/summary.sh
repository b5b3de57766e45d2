#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Add up the results that the test harness left beside each log and end with
# `N passed, N failed, N skipped`. A test that left no result has failed. What
# failed or was skipped is named above that line. Exit 1 when anything failed.
set -eu
trs=
for log in "$@"; do
	trs="$trs ${log%.log}.trs"
done

# shellcheck disable=SC2086 # names of tests hold no blanks
exec awk '
function result_of(file,    line, result) {
	result = "ERROR"
	while ((getline line < file) > 0)
		if (line ~ /^:test-result: /)
			result = substr(line, 15)
	close(file)
	sub(/ .*/, "", result)
	return result
}
BEGIN {
	for (i = 1; i < ARGC; i++) {
		result = result_of(ARGV[i])
		name = ARGV[i]
		sub(/\.trs$/, "", name)
		if (result == "PASS" || result == "XFAIL") {
			passed++
		} else if (result == "SKIP") {
			skipped++
			print "skipped: " name
		} else {
			failed++
			print "failed: " name ", see " name ".log"
		}
	}
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}' $trs
