#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A tree knows its version: from a tarball, from a tag, and between two of them;
# and versions sort as they came.
. "$(dirname "$0")/lib.sh"
command -v git >/dev/null || skip "no git here"
scratch
cd "$scratch_dir"
mkdir -p tree/packaging
cp "$top_srcdir/packaging/version.sh" tree/packaging
cd tree
printf '# News\n\n## 0.9.0, not yet released\n\n## 0.8, 2020-01-01\n' >NEWS.md

is()
{
	said=$(sh packaging/version.sh)
	case $said in
	$1) ;;
	*) fail "\"$said\" instead of $1" ;;
	esac
	versions="$versions $said"
}

commit()
{
	git -c user.name=n -c user.email=e@example.com commit -q \
	    --allow-empty -m "$1"
}

versions=
is 0.9.0
versions=
git init -q .
git add .
commit one
is '0.9.0~1.g???????'
git tag v0.9.0
is 0.9.0
commit two
commit three
is '0.9.0+2.g???????'
git tag v0.10
is 0.10
git tag unrelated
is 0.10
echo 3.2.1 >.dist-version
versions=${versions% 0.10}
is 3.2.1

command -v dpkg >/dev/null || skip "no dpkg here to compare versions with"
before=
for version in $versions; do
	[ -z "$before" ] || dpkg --compare-versions "$before" lt "$version" ||
	    fail "$before does not sort before $version"
	before=$version
done
command -v rpm >/dev/null || exit 0
before=
for version in $versions; do
	[ -z "$before" ] || [ "$(rpm --eval \
	    "%{lua:print(rpm.vercmp('$before', '$version'))}")" = -1 ] ||
	    fail "rpm: $before does not sort before $version"
	before=$version
done
