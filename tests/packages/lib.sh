# SPDX-License-Identifier: Apache-2.0
# Shared by the stories of packages. packaging/check-packages.sh builds what they
# look at, and sets
#
#   packages   its folder: a and b have the same packages, built twice in
#              different places; next has the DEB's next revision
#   root       a minimal Debian, or nothing that exists
#   tools      a folder with the simulator and the receiver
#
# A story works in $tmp, which is gone after it, and on a copy of the root that
# costs nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
story=$(basename "$0" .sh)
LC_ALL=C.UTF-8
export LC_ALL
tmp=$(mktemp -d "${TMPDIR:-/tmp}/cefd-packages.XXXXXX")
layer=

finish()
{
	code=$?
	trap - EXIT
	set +e
	[ -z "$layer" ] || umount -l "$layer"
	if [ "$code" -ne 0 ] && [ "$code" -ne 77 ]; then
		for log in "$tmp"/*.log; do
			[ ! -s "$log" ] || { echo "--- $log"; tail -n 80 "$log"; }
		done >&2
	fi
	rm -rf "$tmp"
	exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

say()
{
	echo "$story: $*"
}

fail()
{
	echo "$story: FAILED: $*" >&2
	exit 1
}

skip()
{
	echo "$story: skipped: $*"
	exit 77
}

need()
{
	for program; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
}

# the FILE-PATTERN... - the one file that there is.
the()
{
	[ $# -eq 1 ] && [ -e "$1" ] || fail "not one file: $*"
	echo "$1"
}

deb()
{
	the "$packages/$1"/cefd_*.deb
}

rpm_of()
{
	the "$packages/$1"/cefd-[0-9]*"$(uname -m)".rpm
}

# fresh_root - $layer is the minimal Debian, to be written on.
fresh_root()
{
	[ -d "$root/usr" ] || skip "there is no root: $(cat "$root.why" \
	    2>/dev/null || echo 'it was not made')"
	mkdir "$tmp/up" "$tmp/work" "$tmp/layer"
	# A temporary folder may be on a kind of disk that cannot carry layers.
	mount -t tmpfs -o mode=755 cefd "$tmp/up" 2>/dev/null ||
	    skip "cannot mount here"
	mkdir "$tmp/up/up" "$tmp/up/work"
	mount -t overlay -o "lowerdir=$root,upperdir=$tmp/up/up,workdir=$tmp/up/work" \
	    cefd "$tmp/layer" 2>"$tmp/mount.log" || {
		umount "$tmp/up"
		skip "no overlay here"
	}
	# The layer keeps what it is made of busy until it goes itself.
	umount -l "$tmp/up"
	layer=$tmp/layer
	mount -t proc proc "$layer/proc"
}

# modes "MODE OWNER:GROUP PATH"... - as they are in $layer.
modes()
{
	for wanted; do
		path=${wanted##* }
		found=$(chroot "$layer" stat -c '%a %U:%G %n' "$path") ||
		    fail "no $path"
		[ "$found" = "$wanted" ] || fail "$found, not $wanted"
	done
}

gone()
{
	for path; do
		[ ! -e "$layer$path" ] || fail "$path is still there"
	done
}

kept()
{
	for path; do
		[ -e "$layer$path" ] || fail "$path is gone"
	done
}
