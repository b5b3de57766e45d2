#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The closing line counts what it is given, and a test without a result failed.
. "$(dirname "$0")/lib.sh"
summary=$(cd "$(dirname "$0")" && pwd)/summary.sh
scratch
cd "$scratch_dir"
for result in PASS SKIP FAIL ERROR XPASS; do
	printf ':test-result: %s a note\n:copy-in-global-log: no\n' "$result" \
	    >"$result.trs"
done
cp PASS.trs again.trs

# ends LINE STATUS LOG...
ends()
{
	want=$1
	want_status=$2
	shift 2
	status=0
	sh "$summary" "$@" >said || status=$?
	[ "$(tail -n 1 said)" = "$want" ] || fail "said $(tail -n 1 said)"
	[ "$status" -eq "$want_status" ] || fail "$want: exit $status"
}
ends '2 passed, 0 failed, 1 skipped' 0 PASS.log again.log SKIP.log
ends '1 passed, 1 failed, 0 skipped' 1 PASS.log FAIL.log
ends '0 passed, 2 failed, 0 skipped' 1 ERROR.log XPASS.log
ends '1 passed, 1 failed, 0 skipped' 1 PASS.log never-ran.log
