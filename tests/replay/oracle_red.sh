#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The oracle turns red when a record is lost (1), comes twice (2), or when a
# message that was judged late (3) or an item of another stream (4) is never
# found.
set -eu
: "${top_builddir:=.}"
for lie in 1 2 3 4; do
	status=0
	"$top_builddir/tests/bin/replay" --seeds=1-3 --break=$lie >/dev/null ||
	    status=$?
	if [ "$status" -ne 1 ]; then
		echo "replay --break=$lie exits with $status, not 1" >&2
		exit 1
	fi
done
