# SPDX-License-Identifier: Apache-2.0
# Shared by what makes a release: the tarball, its version and its time. Sourced
# with `top` set to the top of the tree, after lib.sh.

# What is packed is readable by all, whoever packs it.
umask 022

# The time of everything that is built: the last commit's, or in a tarball that
# of its making.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
	SOURCE_DATE_EPOCH=$(git -C "$top" log -1 --format=%ct 2>/dev/null ||
	    date -r "$top/.dist-version" +%s)
fi
export SOURCE_DATE_EPOCH
LC_ALL=C.UTF-8
export LC_ALL

# Who makes the packages: MAINTAINER="NAME <ADDRESS>", or whom debian/control
# names, which is nobody's address until a distributor puts in his own.
maintainer=${MAINTAINER:-$(sed -n 's/^Maintainer: //p' \
    "$top/packaging/debian/control")}
case $maintainer in
*' <'*@*'>') ;;
*)
	echo "MAINTAINER is \"$maintainer\", not \"NAME <ADDRESS>\"" >&2
	exit 1
	;;
esac
# As the right side of a sed command with s|...|...|.
maintainer_sed=$(printf %s "$maintainer" | sed 's/[\\&|]/\\&/g')

# make_tarball FOLDER - the path of the release tarball, made there; from the
# configured folder in $BUILD, if there is one. The same tree makes the same
# octets.
make_tarball()
(
	mkdir -p "$1"
	work=$(mktemp -d "${TMPDIR:-/tmp}/cefd-dist.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM HUP
	build=${BUILD:-$work}
	configured "$build" --quiet --enable-tests >&2
	TAR_OPTIONS="--sort=name --mtime=@$SOURCE_DATE_EPOCH --owner=root:0 \
	    --group=root:0 --numeric-owner --mode=u=rwX,go=rX"
	export TAR_OPTIONS
	rm -f "$build"/cefd-*.tar.xz
	make_in "$build" -s dist >&2
	set -- "$1" "$build"/cefd-*.tar.xz
	mv "$2" "$1"
	echo "$1/${2##*/}"
)

# only "NAME..." ARGUMENT... - each argument is --NAME=VALUE of one of these, or
# the script's usage is said, and it ends.
only()
{
	names=$1
	shift
	for argument; do
		for name in $names; do
			case $argument in
			"--$name="?*) continue 2 ;;
			esac
		done
		{
			echo "$(basename "$0"): $argument: not an option, or" \
			    "without its value"
			sed -n "s/^# \($(basename "$0") \)/usage: \1/p" "$0"
		} >&2
		exit 64
	done
}

# given NAME ARGUMENT... - what `--NAME=VALUE` among the arguments says.
given()
{
	wanted=$1
	shift
	for argument; do
		case $argument in
		"--$wanted="*) echo "${argument#*=}" ;;
		esac
	done
}

# tarball_version FILE - of the name; what is no release tarball is refused.
tarball_version()
{
	name=${1##*/}
	version=${name#cefd-}
	version=${version%.tar.xz}
	if [ "$name" != "cefd-$version.tar.xz" ] || [ ! -f "$1" ] ||
	    ! tar -tf "$1" "cefd-$version/packaging/rpm/cefd.spec.in" \
	    >/dev/null 2>&1; then
		echo "$(basename "$0"): $1: not a release tarball" \
		    "(cefd-VERSION.tar.xz): take that of a release," \
		    "or leave --tarball out" >&2
		return 1
	fi
	echo "$version"
}
