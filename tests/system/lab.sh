# SPDX-License-Identifier: Apache-2.0
# Sourced after lib.sh by the stories of bad disks and bad networks: mounts and
# network namespaces that nobody else sees and that go with the story's last
# process, disks that are files, and links between namespaces without a name.

# --------------------------------------------------------------- namespaces

# alone [mounts|network] - the story begins again in namespaces of its own, or
# is skipped where that cannot be had. Call it first.
alone()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root for a namespace of its own"
	need unshare
	case $1 in
	mounts) flags='-m --propagation private' ;;
	network) flags='-m --propagation private -n' ;;
	esac
	# shellcheck disable=SC2086 # words
	unshare $flags true 2>/dev/null || skip "the kernel lets nobody be alone"
	[ -z "${IS_ALONE:-}" ] || return 0
	rm -rf "$tmp"
	trap - EXIT
	# shellcheck disable=SC2086
	IS_ALONE=$1 exec unshare $flags -- sh "$here/$story.sh"
}

# -------------------------------------------------------------------- disks

# disk MIB [OPTION...] - a file system of its own on a file, at $disk. OPTIONs
# are mke2fs's.
disk()
{
	need mke2fs e2fsck losetup
	disk=$tmp/disk
	image=${image:-$tmp/disk.img}
	truncate -s "$1M" "$image"
	shift
	mke2fs -q -F -t ext4 -b 4096 -m 0 -E lazy_itable_init=0,discard "$@" \
	    "$image" || fail "mke2fs"
	mkdir "$disk"
	mounted=$disk
	attach_disk ||
	    skip "no ext4 can be mounted from a file here"
}

# attach_disk [OPTIONS] - mount it. Its loop device goes when it is unmounted.
attach_disk()
{
	mount -t ext4 -o "loop${1:+,$1}" "$image" "$disk" \
	    2>>"$tmp/mount.log" || return 1
	device=$(awk -v at="$disk" '$2 == at { print $1 }' /proc/self/mounts)
}

# detach_disk - whoever held it has let go of it, or soon will.
detach_disk()
{
	wait_for "$disk can be unmounted" umount "$disk"
	wait_for "the loop device is free" is_detached
}

is_detached()
{
	[ -z "$(losetup -j "$image")" ]
}

# check_disk - the journal is replayed, and then nothing is wrong.
check_disk()
{
	e2fsck -p "$image" >>"$tmp/fsck.log" 2>&1 || [ $? -eq 1 ] ||
	    fail "the file system is damaged: $(tail -n 5 "$tmp/fsck.log")"
	e2fsck -f -n "$image" >>"$tmp/fsck.log" 2>&1 ||
	    fail "not all was mended: $(tail -n 5 "$tmp/fsck.log")"
}
