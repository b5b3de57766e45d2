# SPDX-License-Identifier: Apache-2.0
# Shared by the checks. Sourced with the folder of the sources in top_srcdir
# (make check sets it; by hand it is found from the script's own place).
set -eu
LC_ALL=C.UTF-8
export LC_ALL
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
check_name=$(basename "$0" .sh)

# sources DIR... - every C file below, one to a line.
sources()
{
	find "$@" -name '*.[ch]' | sort
}

# A folder that is gone when the check ends.
scratch()
{
	scratch_dir=$(mktemp -d "${TMPDIR:-/tmp}/cefd-check.XXXXXX")
	trap 'rm -rf "$scratch_dir"' EXIT
	trap 'exit 130' INT TERM
}

fail()
{
	echo "$check_name: $*" >&2
	exit 1
}

skip()
{
	echo "$check_name: skipped: $*"
	exit 77
}
