#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The version of this tree, for configure.ac: what .dist-version says in a
# tarball; in a clone the tag that is checked out ("v1.2" is 1.2), or what
# follows the last one ("1.2+5.g0123abc", five commits later); before the first
# tag what NEWS.md begins with ("1.0~40.g0123abc", which sorts before 1.0). The
# forms sort alike for dpkg and rpm. No line break at the end.
set -eu
cd "$(dirname "$0")/.."

if [ -s .dist-version ]; then
	printf %s "$(head -n 1 .dist-version)"
	exit 0
fi

coming=$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' NEWS.md | head -n 1)
# A tree inside another's repository has no version from there.
if [ ! -e .git ]; then
	printf %s "$coming"
elif said=$(git describe --tags --long --match 'v[0-9]*' --abbrev=7 2>/dev/null); then
	hash=${said##*-}
	said=${said%-*}
	tag=${said%-*}
	if [ "${said##*-}" -eq 0 ]; then
		printf %s "${tag#v}"
	else
		printf %s "${tag#v}+${said##*-}.$hash"
	fi
elif count=$(git rev-list --count HEAD 2>/dev/null); then
	printf %s "$coming~$count.g$(git rev-parse --short=7 HEAD)"
else
	printf %s "$coming"
fi
