#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The packages on trial: built from the release tarball, twice, then each story
# of tests/packages told with them. The last line is `N passed, N failed, N
# skipped`.
#
# check-packages.sh [STORY...]
#
# BUILD names a configured folder to take the tarball and the tests' tools from.
# CACHE names a folder where Debian's packages for the minimal root stay from one
# run to the next. SKIP_INSTALL=1 leaves the machine's packages alone. It starts
# no service on this machine, and root is needed for the root.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/packaging/lib.sh"
. "$top/packaging/release.sh"
[ -n "${SKIP_INSTALL:-}" ] || install_packages package

work=$(mktemp -d "${TMPDIR:-/tmp}/cefd-packages.XXXXXX")
root=$work/root
packages=$work/packages
making_root=
passed=0
failed=0
skipped=0

closing()
{
	code=$?
	trap - EXIT
	[ -z "$making_root" ] || kill "$making_root" 2>/dev/null || true
	rm -rf --one-file-system "$work"
	[ "$code" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
	echo "$passed passed, $failed failed, $skipped skipped"
	exit "$code"
}
trap closing EXIT
trap 'exit 130' INT TERM HUP

# The libraries that the packages need are those of the -dev packages here, and
# the root is of the release that runs here, from where its packages come.
runtime()
{
	for name in $debian_build; do
		dpkg-query -W -f '${Depends}\n' "$name" 2>/dev/null
	done | tr ',' '\n' | sed -n 's/^ *\(lib[^ ]*\) (= .*/\1/p' |
	    grep -v -e -dev | sort -u | tr '\n' ','
}

make_root()
{
	exec >"$root.why" 2>&1
	[ "$(id -u)" -eq 0 ] || { echo 'not root'; return 1; }
	command -v debootstrap || { echo 'no debootstrap here'; return 1; }
	site=$(apt-get indextargets --format '$(SITE)' \
	    'Created-By: Packages' | head -n 1)
	suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	set -- --variant=minbase \
	    "--include=systemd,ca-certificates,procps,$(runtime)zlib1g"
	if [ -n "${CACHE:-}" ]; then
		mkdir -p "$CACHE"
		set -- "$@" "--cache-dir=$(cd "$CACHE" && pwd)"
	fi
	set -- debootstrap "$@" "$suite" "$root.new" "${site%/}"
	# It syncs at each step of a folder that is thrown away.
	! command -v eatmydata || set -- eatmydata "$@"
	timeout 400 "$@" || { tail -n 20 "$root.new/debootstrap/debootstrap.log"
	    return 1; }
	mv "$root.new" "$root"
}

# build WHAT COMMAND... - its output is shown only when it fails.
build()
{
	what=$1
	shift
	began=$(date +%s)
	"$@" >"$work/build.log" 2>&1 </dev/null || {
		tail -n 60 "$work/build.log"
		note "$what: failed"
		return 1
	}
	note "$what: $(($(date +%s) - began)) s"
}

make_root &
making_root=$!

BUILD=${BUILD:-$top/build/check-packages}
export BUILD
configured "$BUILD" --enable-werror --enable-tests >"$work/build.log" 2>&1 ||
    { tail -n 20 "$work/build.log"; exit 1; }
tools=$BUILD/tests/bin
build 'the tools of the tests' make_in "$BUILD" config.h libcefd.a
build 'the tools of the tests' make_in "$BUILD" tests/bin/cefsim \
    tests/bin/sink tests/bin/mkcerts
tarball=$(make_tarball "$work")
DEB_BUILD_OPTIONS=nocheck
export DEB_BUILD_OPTIONS
both()
{
	build "DEB $1" "$top/packaging/build-deb.sh" --tarball="$tarball" \
	    --work="$work/deb-$1" --out="$packages/$1"
	build "RPM $1" "$top/packaging/build-rpm.sh" --tarball="$tarball" \
	    --out="$packages/$1"
}
both a
# The second time below a longer path, by somebody who hides his files.
mkdir "$work/another-folder"
(
	umask 077
	TMPDIR=$work/another-folder
	export TMPDIR
	both b
)
# Somebody else's, by whom it is known.
MAINTAINER='A & B <packages@example.com>'
export MAINTAINER
build 'the next DEB' "$top/packaging/build-deb.sh" --tarball="$tarball" \
    --work="$work/deb-a" --out="$packages/next" --revision=2
wait "$making_root" || note "no root: $(tail -n 1 "$root.why")"
making_root=
tail -n 1 "$root.why" >"$root.why.last"
mv "$root.why.last" "$root.why"

export packages root tools
[ $# -gt 0 ] || set -- "$top"/tests/packages/[0-9]*.sh
for story; do
	status=0
	timeout -k 5 300 "$story" </dev/null || status=$?
	case $status in
	0) passed=$((passed + 1)) ;;
	77) skipped=$((skipped + 1)) ;;
	*)
		failed=$((failed + 1))
		echo "failed: ${story##*/}: exit $status"
		;;
	esac
done
[ "$failed" -eq 0 ]
