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

# ------------------------------------------------------------------ networks

# badlink PORT [LINE] - a stretch of the way to that port, see tests/tools/badlink.c;
# $badlink_port leads there. badlink_says LINE changes what it does.
badlink()
{
	badlink_says "${2:-}"
	rm -f "$tmp/badlink.port"
	start badlink "$tools/badlink" -p "$tmp/badlink.port" -c "$tmp/badlink.does" \
	    ${badlink_rcvbuf:+-r "$badlink_rcvbuf"} "$1"
	badlink_port=$(port_of "$tmp/badlink.port")
}

badlink_says()
{
	echo "$1" >"$tmp/badlink.does.new"
	mv "$tmp/badlink.does.new" "$tmp/badlink.does"
}

# far_sink OPTION... - a receiver in a network namespace of its own, 10.9.0.2, at
# the other end of a link: our end is near0, 10.9.0.1, its is far0. For a story
# that is alone with its network. $far_port is its port; far COMMAND... runs there.
far_sink()
{
	need ip nft
	ip link set lo up
	if ! is_up far; then
		start far unshare -n sleep 1000
		wait_for "another network" is_elsewhere
		ip link add near0 type veth peer name far0 netns \
		    "$(cat "$tmp/far.pid")" || skip "no link can be made here"
		ip address add 10.9.0.1/24 dev near0
		ip link set near0 up
		far ip link set lo up
		far ip address add 10.9.0.2/24 dev far0
		far ip link set far0 up
		nft "$rule_chain" 2>/dev/null ||
		    skip "no nftables in this kernel"
		far nft "$rule_chain"
	fi
	rm -f "$tmp/in.stats"
	make_certs
	start in nsenter -t "$(cat "$tmp/far.pid")" -n "$tools/sink" \
	    --listen "10.9.0.2:$(cat "$tmp/in.port" 2>/dev/null || echo 0)" \
	    --port-file "$tmp/in.port" --stats-file "$tmp/in.stats" \
	    --out "$tmp/in.out" --cert "$certs/server.pem" \
	    --key "$certs/server.key" "$@"
	far_port=$(port_of "$tmp/in.port")
	servers="\"10.9.0.2:$far_port\""
}

is_elsewhere()
{
	[ "$(readlink "/proc/$(cat "$tmp/far.pid")/ns/net")" != \
	    "$(readlink /proc/self/ns/net)" ]
}

far()
{
	nsenter -t "$(cat "$tmp/far.pid")" -n "$@"
}

# near_rule RULE, far_rule RULE - what happens to what comes in here, or over
# there, until near_open or far_open.
near_rule()
{
	nft "$rule_chain add rule inet lab in $1" ||
	    skip "nftables refuses: $1"
}

far_rule()
{
	far nft "$rule_chain add rule inet lab in $1" ||
	    skip "nftables refuses: $1"
}

near_open()
{
	nft 'flush table inet lab'
}

far_open()
{
	far nft 'flush table inet lab'
}
rule_chain='add table inet lab
    add chain inet lab in { type filter hook input priority 0; }
'

# ------------------------------------------------------------- a good neighbour

# with_neighbour RECORDS - configure, with a second destination whose receiver is
# well; both have so many records to send, and cefd begins.
with_neighbour()
{
	out_port=${sink_port:-}
	sink well
	source_more='enabled = false'
	more="destination \"well\" {
	servers = {\"127.0.0.1:$sink_port\"}
	ca-file = \"$certs/ca.pem\"
}"
	sink_port=$out_port
	configure
	for queue in out well; do
		"$tools/fill" --spool "$tmp/spool" --queue "$queue" \
		    --records "$1"
	done
	run_cefd
}

# fails_alone RECORDS - "out" is broken off, and the other one has all meanwhile.
fails_alone()
{
	wait_log cefd 'destination "out": .*retrying in'
	say "$(grep -a 'destination "out": .*retrying' "$tmp/cefd.log" |
	    tail -n 1)"
	wait_sunk well records -ge "$1"
	check_filled "$tmp/well.out" "$1" 0
}
