#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run-limited hands a test's own exit code on, and ends one that hangs.
. "$(dirname "$0")/lib.sh"
run=$(cd "$(dirname "$0")" && pwd)/run-limited
scratch
cd "$scratch_dir"

status_of()
{
	printf '#!/bin/sh\n# limit: %s\n%s\n' "$1" "$2" >t.sh
	chmod +x t.sh
	status=0
	TEST_LIMIT_FACTOR=1 sh "$run" ./t.sh >said 2>&1 || status=$?
	echo "$status"
}
[ "$(status_of 60 'exit 0')" -eq 0 ] || fail "0 did not come through"
[ "$(status_of 60 'exit 3')" -eq 3 ] || fail "3 did not come through"
[ "$(status_of 60 'exit 77')" -eq 77 ] || fail "77 did not come through"
[ "$(status_of 1 'exec sleep 60')" -eq 124 ] || fail "a hang was not ended"
grep -q 'killed after 1 s' said || fail "nothing was said of the kill"
