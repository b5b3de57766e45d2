#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The RPMs (cefd, its debugging symbols and the source package) from the release
# tarball, with a bill of materials (SPDX) beside the first.
#
# build-rpm.sh [--tarball=FILE] [--out=FOLDER] [--release=N]
#
# Without --tarball it is made from this tree. FOLDER for what comes out is
# build/packages. MAINTAINER="NAME <ADDRESS>" says whose package it is. Installs
# nothing. On Debian the database of rpm is empty, so
# there BuildRequires are not looked at (--nodeps) and the RPM asks for libraries
# under Debian's names: it proves the spec file, and is for no other system. An
# RPM to be used is built where it is to run. The same tarball and
# SOURCE_DATE_EPOCH make the same octets.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/packaging/lib.sh"
. "$top/packaging/release.sh"

only 'tarball out release' "$@"
out=$(given out "$@")
out=${out:-$top/build/packages}
release=$(given release "$@")
release=${release:-1}
tarball=$(given tarball "$@")

mkdir -p "$out"
work=$(mktemp -d "${TMPDIR:-/tmp}/cefd-rpm.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
[ -n "$tarball" ] || tarball=$(make_tarball "$out")
version=$(tarball_version "$tarball")

mkdir "$work/SOURCES" "$work/SPECS"
cp "$tarball" "$work/SOURCES"
tar -xOf "$tarball" "cefd-$version/packaging/rpm/cefd.spec.in" |
    sed -e "s/@VERSION@/$version/; s/@RELEASE@/$release/" \
	-e "s|@MAINTAINER@|$maintainer_sed|" \
	-e "s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')/" \
	>"$work/SPECS/cefd.spec"
nodeps=
[ ! -e /etc/debian_version ] || nodeps=--nodeps

# rpmbuild_in TOPDIR OPTION - the names of folders are recorded in a source
# package, and its digest in the packages that are made along with it: so it is
# made by itself, and with a name that is the same everywhere.
rpmbuild_in()
{
	# shellcheck disable=SC2086 # nothing, or one word
	(cd "$work" && rpmbuild "$2" $nodeps --define "_topdir $1" \
	    --define '_buildhost localhost' \
	    --define 'use_source_date_epoch_as_buildtime 1' \
	    --define 'clamp_mtime_to_source_date_epoch 1' \
	    SPECS/cefd.spec) </dev/null
}
rpmbuild_in "$work" -bb
rpmbuild_in . -bs

for file in "$work"/RPMS/*/*.rpm "$work"/SRPMS/*.rpm; do
	cp "$file" "$out"
done
for rpm in "$work"/RPMS/*/cefd-"$version-$release"*.rpm; do
	rpm=$out/${rpm##*/}
	python3 "$top/packaging/sbom.py" "$rpm" >"${rpm%.rpm}.spdx.json"
	echo "$rpm"
done
