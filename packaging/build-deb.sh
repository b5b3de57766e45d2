#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Debian packages (cefd, and cefd-dbgsym with its debugging symbols) from the
# release tarball, with a bill of materials (SPDX) beside them.
#
# build-deb.sh [--tarball=FILE] [--out=FOLDER] [--revision=N] [--work=FOLDER]
#
# Without --tarball it is made from this tree. FOLDER for what comes out is
# build/packages. MAINTAINER="NAME <ADDRESS>" says whose package it is. With --work the build's folder stays, and a next revision is
# made there from the same objects. Needs what packaging/lib.sh names; installs
# nothing. The unit tests run unless DEB_BUILD_OPTIONS has "nocheck". The same
# tarball and SOURCE_DATE_EPOCH make the same octets.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/packaging/lib.sh"
. "$top/packaging/release.sh"

only 'tarball out revision work' "$@"
out=$(given out "$@")
out=${out:-$top/build/packages}
revision=$(given revision "$@")
revision=${revision:-1}
work=$(given work "$@")
tarball=$(given tarball "$@")

mkdir -p "$out"
if [ -z "$work" ]; then
	work=$(mktemp -d "${TMPDIR:-/tmp}/cefd-deb.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM HUP
fi
[ -n "$tarball" ] || tarball=$(make_tarball "$out")
version=$(tarball_version "$tarball")
tree=$work/cefd-$version

# The changes are in NEWS.md; what Debian asks for besides is when and by whom.
write_changelog()
{
	sed -i "s|^Maintainer: .*|Maintainer: $maintainer_sed|" \
	    "$tree/debian/control"
	cat >"$tree/debian/changelog" <<CHANGELOG
cefd ($version-$revision) unstable; urgency=medium

  * Version $version: see NEWS.md.

 -- $maintainer  $(
	    date -u -R -d "@$SOURCE_DATE_EPOCH")
CHANGELOG
}

kind=--build=full
if [ -d "$tree" ]; then
	kind='--no-pre-clean --build=binary'
else
	mkdir -p "$work"
	cp "$tarball" "$work/cefd_$version.orig.tar.xz"
	tar -xf "$tarball" -C "$work"
	cp -R "$tree/packaging/debian" "$tree/debian"
fi
write_changelog

DEB_BUILD_OPTIONS="parallel=$(nproc) ${DEB_BUILD_OPTIONS:-}"
export DEB_BUILD_OPTIONS
profiles=
case " $DEB_BUILD_OPTIONS " in
*' nocheck '*) profiles=--build-profiles=nocheck ;;
esac
# shellcheck disable=SC2086 # lists of words
(cd "$tree" && dpkg-buildpackage --unsigned-source --unsigned-changes \
    --unsigned-buildinfo $profiles $kind) </dev/null

for file in "$work"/cefd*_"$version-$revision"[_.]* \
    "$work/cefd_$version.orig.tar.xz"; do
	cp "$file" "$out"
done
for deb in "$out"/cefd_"$version-$revision"_*.deb; do
	python3 "$top/packaging/sbom.py" "$deb" >"${deb%.deb}.spdx.json"
	echo "$deb"
done
