#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The version of this tree, for configure.ac: what .dist-version says in a
# tarball; in a clone the tag that is checked out ("v1.2" is 1.2), or what
# follows the last one, by the time of its commit in UTC
# ("1.2+20260301091411.g0123abc"), or before the first tag what NEWS.md begins
# with ("1.0~20260301091411.g0123abc", which sorts before 1.0). A time, since a
# shallow clone has no number of commits to count. What is not committed makes it
# ".dirty". The forms sort alike for dpkg and rpm. No line break at the end.
set -eu
cd "$(dirname "$0")/.."

# A clone of another user's is trusted by whoever is about to build it.
ask()
{
	TZ=UTC git -c safe.directory='*' "$@"
}

if [ -s .dist-version ]; then
	printf %s "$(head -n 1 .dist-version)"
	exit 0
fi

coming=$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' NEWS.md | head -n 1)
# A tree inside another's repository has no version from there.
if [ ! -e .git ]; then
	printf %s "$coming"
	exit 0
fi
if ! commit=$(ask log -1 --abbrev=7 --date=format-local:%Y%m%d%H%M%S \
    --format=%cd.g%h); then
	echo "version.sh: git does not tell the version of this clone" >&2
	printf %s "$coming~0.unknown"
	exit 0
fi
[ -z "$(ask status --porcelain --untracked-files=no)" ] || commit=$commit.dirty

if tag=$(ask describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null) &&
    [ "${commit%.dirty}" = "$commit" ]; then
	printf %s "${tag#v}"
elif tag=$(ask describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null); then
	printf %s "${tag#v}+$commit"
else
	[ "$(ask rev-parse --is-shallow-repository)" = false ] ||
	    echo "version.sh: a shallow clone, perhaps without its last tag:" \
	        "git fetch --unshallow --tags brings that" >&2
	printf %s "$coming~$commit"
fi
