#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A tree knows its version: from a tarball, from a tag, and between two of them;
# and versions sort as they came.
. "$(dirname "$0")/lib.sh"
command -v git >/dev/null || skip "no git here"
scratch
source=$(cd "$top_srcdir" && pwd)
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

# commit NAME MINUTE
commit()
{
	GIT_COMMITTER_DATE="2026-03-01T09:$2:00+0100" git -c user.name=n \
	    -c user.email=e@example.com commit -q --allow-empty -m "$1"
}

versions=
is 0.9.0
versions=
git init -q .
git add .
commit one 01
is '0.9.0~20260301080100.g???????'
before=$versions
echo >>NEWS.md
is '0.9.0~20260301080100.g???????.dirty'
git checkout -q NEWS.md
versions=$before
# What a shallow clone says sorts among what whole ones say.
commit two 02
git clone -q --depth 1 "file://$PWD" ../shallow 2>/dev/null
cd ../shallow
is '0.9.0~20260301080200.g???????' 2>"$scratch_dir/said"
grep -q 'unshallow' "$scratch_dir/said" || fail "shallow, and does not say so"
cd ../tree
commit three 03
is '0.9.0~20260301080300.g???????'
git tag v0.9.0
is 0.9.0
echo >>NEWS.md
is '0.9.0+20260301080300.g???????.dirty'
git checkout -q NEWS.md
commit four 04
commit five 05
is '0.9.0+20260301080500.g???????'
before=$versions
# Built by another user, as root builds somebody's clone.
GIT_TEST_ASSUME_DIFFERENT_OWNER=1
export GIT_TEST_ASSUME_DIFFERENT_OWNER
! git log -1 >/dev/null 2>&1 || fail "git lets another user's clone be read"
is '0.9.0+20260301080500.g???????'
unset GIT_TEST_ASSUME_DIFFERENT_OWNER
# Where git refuses all the same, it looks like no release.
mkdir ../bin
printf '#!/bin/sh\nexit 128\n' >../bin/git
chmod +x ../bin/git
(PATH=$PWD/../bin:$PATH && is '0.9.0~0.unknown') 2>"$scratch_dir/said"
grep -q 'does not tell' "$scratch_dir/said" || fail "refused, and does not say so"
versions=$before
git tag v0.10
is 0.10
before=$versions
git tag unrelated
is 0.10
echo 3.2.1 >.dist-version
is 3.2.1
versions=$before

# What builds packages takes no option that it does not know, and no tarball that
# is none; it says so before it begins.
SOURCE_DATE_EPOCH=0
export SOURCE_DATE_EPOCH
: >"$scratch_dir/cefd-1.tar.xz"
for kind in deb rpm; do
	for option in --nonsense=x --out= word; do
		status=0
		sh "$source/packaging/build-$kind.sh" "$option" \
		    >"$scratch_dir/said" 2>&1 || status=$?
		[ "$status" -eq 64 ] && grep -q "^usage: build-$kind.sh \[" \
		    "$scratch_dir/said" || fail "build-$kind.sh $option: $status"
	done
	for file in "$scratch_dir/cefd-1.tar.xz" "$scratch_dir/none.tar.xz"; do
		status=0
		sh "$source/packaging/build-$kind.sh" "--tarball=$file" \
		    "--out=$scratch_dir/out" >"$scratch_dir/said" 2>&1 ||
		    status=$?
		[ "$status" -eq 1 ] && grep -q 'not a release tarball' \
		    "$scratch_dir/said" || fail "build-$kind.sh: $file: $status"
	done
done

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
