# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts here that have golden lines read by programs that others
# wrote. Sourced with the folders in top_srcdir and top_builddir.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
top_builddir=${top_builddir:-$top_srcdir}
golden=$top_srcdir/tests/golden
strict=$top_builddir/tests/bin/strict-lines
tmp=$(mktemp -d "${TMPDIR:-/tmp}/cefd-golden.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

skip()
{
	echo "$(basename "$0" .sh): skipped: $*"
	exit 77
}

need()
{
	for program; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
}

read_back()
{
	PYTHONDONTWRITEBYTECODE=1 python3 "$golden/read_back.py" "$@"
}

# must_fail COMMAND... - a planted fault has to be seen.
must_fail()
{
	if "$@" >"$tmp/planted.log" 2>&1; then
		echo "$(basename "$0" .sh): a planted fault was not seen" >&2
		exit 1
	fi
}
