#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a clone on a fresh machine to all tests run: installs what the build and
# the tests need, builds outside the tree in build/check, and runs every ring of
# tests. The last line is `N passed, N failed, N skipped`; the exit code is 0
# only if nothing failed. Options are handed to configure.
#
# It starts no service. SKIP_INSTALL=1 leaves the machine's packages alone.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/packaging/lib.sh"

# A failure before any test has run is a failure, and the closing line says so.
ran=
closing()
{
	code=$?
	[ -n "$ran" ] || echo '0 passed, 1 failed, 0 skipped'
	exit "$code"
}
trap closing EXIT
trap 'exit 130' INT TERM HUP

build=${BUILD:-$top/build/check}
[ -n "${SKIP_INSTALL:-}" ] || install_packages check
configured "$build" --enable-werror --enable-tests "$@"
build=$(cd "$build" && pwd)

# syslog-ng cannot be installed beside rsyslog: unpacked into the build folder,
# where the tests look for it.
"$top/tests/system/get-syslog-ng.sh" "$build/tests/system/syslog-ng" ||
    note "no syslog-ng: the tests that want it will be skipped"

make_in "$build" all
{
	status=0
	# shellcheck disable=SC2086 # an option and its number
	make_in "$build" $tests_at_once -k check || status=$?
	echo "$status" >"$build/check.status"
} 2>&1 | tee "$build/check.out"
[ "$(cat "$build/check.status")" -ne 0 ] || {
	ran=yes
	exit 0
}

# The logs of what failed, and the closing line again: make's own last words
# came after it.
for log in $(sed -n 's/^failed: .*, see \(.*\.log\)$/\1/p' \
    "$build/check.out"); do
	gist "$build/$log" "$log"
done
if grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' \
    "$build/check.out" | tail -n 1 | grep .; then
	ran=yes
fi
exit 1
