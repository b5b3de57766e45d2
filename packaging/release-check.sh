#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All that a release needs, in this clone: a clean tree, news that name the
# version and its day, a tag that agrees if there is one already; then .ci/run:
# every ring of tests, documents among them, under gcc, clang and sanitizers,
# fuzzers, distcheck, and both packages with lint, reproduction, hardening and
# bills of materials. It ends with what is to be done by hand.
#
# release-check.sh [--tree]     --tree: only what is quick
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"

refuse()
{
	echo "release-check: $*" >&2
	exit 1
}

command -v git >/dev/null && [ -e .git ] || refuse "this is no clone"
changed=$(git status --porcelain)
[ -z "$changed" ] || refuse "the tree is not clean:
$changed"

heading=$(grep -m 1 '^## ' NEWS.md)
version=$(echo "$heading" |
    sed -n 's/^## \([0-9][0-9.]*\), [0-9]\{4\}-[0-9][0-9]-[0-9][0-9]$/\1/p')
[ -n "$version" ] ||
    refuse "NEWS.md begins with \"$heading\", not with \"## VERSION, DATE\""
sh tests/checks/news.sh || refuse "NEWS.md is not in its form"

if git rev-parse -q --verify "refs/tags/v$version" >/dev/null; then
	[ "$(packaging/version.sh)" = "$version" ] ||
	    refuse "the tag v$version is on another commit than this"
	next="publish what packaging/build-deb.sh and build-rpm.sh make, with
MAINTAINER set to yours (doc/packages.md)"
else
	next="git tag -s v$version, then push it"
fi
if [ "${1:-}" != --tree ]; then
	# From a clone of its own: whoever comes here by `make` may have
	# configured this folder, which keeps it from being built elsewhere.
	work=$(mktemp -d "${TMPDIR:-/tmp}/cefd-release.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM HUP
	# Some tests are other users.
	chmod 755 "$work"
	git clone -q . "$work/cefd"
	{
		status=0
		"$work/cefd/.ci/run" || status=$?
		echo "$status" >"$work/status"
	} | tee "$work/said"
	status=$(cat "$work/status")
	[ "$status" -eq 0 ] || exit "$status"
	tail -n 1 "$work/said" | grep -q ', 0 skipped$' ||
	    refuse "not all tests were run: look for \"skipped\" above, and
install what they need"
fi
echo "release-check: $version is fit for release; next: $next" >&2
