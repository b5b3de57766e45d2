# SPDX-License-Identifier: Apache-2.0
# Shared by demo.sh, check.sh and .ci/run: what has to be installed, and how the
# tree is configured and built outside itself. Sourced with `top` set to the top
# of the tree.
set -eu

# Needed to build, and to run the simulator and the receiver of the tests.
debian_build='gcc make autoconf automake pkg-config libc6-dev
libcurl4-openssl-dev libjson-c-dev libevent-dev libssl-dev liblmdb-dev
libconfuse-dev libxxhash-dev zlib1g-dev libcmocka-dev curl'
fedora_build='gcc make autoconf automake pkgconf-pkg-config
libcurl-devel json-c-devel libevent-devel openssl-devel lmdb-devel
libconfuse-devel xxhash-devel zlib-devel libcmocka-devel curl diffutils'

# Needed besides by some test; each test says so when it has to be skipped.
debian_check='clang clang-format-14 libclang-rt-14-dev openssl xz-utils
rsyslog rsyslog-openssl rsyslog-gnutls rsyslog-relp iproute2 nghttp2-proxy
nftables e2fsprogs mount util-linux strace python3 python3-yaml
liblognorm-utils golang-go
golang-github-influxdata-go-syslog-dev prometheus mandoc zsh'
fedora_check='clang clang-tools-extra compiler-rt openssl xz rsyslog
rsyslog-openssl rsyslog-gnutls rsyslog-relp iproute iproute-tc nghttp2
nftables e2fsprogs util-linux strace python3 python3-pyyaml liblognorm-utils
golang-github-prometheus mandoc zsh'

# Needed besides to make packages and to try them out.
debian_package='dpkg-dev debhelper dh-apparmor fakeroot xz-utils python3 git
systemd lintian rpm rpmlint cpio elfutils debootstrap eatmydata
systemd-container apparmor'
fedora_package='rpm-build rpmlint cpio elfutils python3 git systemd
systemd-container dpkg debootstrap'

note()
{
	echo "$(basename "$0"): $*" >&2
}

# gist LOG NAME - of a test that failed: why, which may stand far from the end,
# and the end.
gist()
{
	echo "--- $2"
	grep -a -m 10 'FAILED\|\[  ERROR' "$1" 2>/dev/null || true
	tail -n 100 "$1" 2>/dev/null || true
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		note "not root, and no sudo: cannot run $*"
		return 1
	fi
}

# ------------------------------------------------------------------- Debian

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
	    -o APT::Install-Recommends=false "$@" </dev/null
}

debian_missing()
{
	for package; do
		case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
		*'ok installed') ;;
		*) echo "$package" ;;
		esac
	done
}

# A package must not start its service because we test with its program, nor at
# the next boot. policy-rc.d is how Debian is told; one that is there stays.
debian_quietly()
{
	policy=/usr/sbin/policy-rc.d
	ours=
	new_services=$(debian_missing rsyslog prometheus)
	if [ ! -e "$policy" ]; then
		ours=yes
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
	fi
	status=0
	apt "$@" || status=$?
	[ -z "$ours" ] || as_root rm -f "$policy"
	for service in $new_services; do
		[ -z "$(debian_missing "$service")" ] || continue
		command -v systemctl >/dev/null || continue
		as_root systemctl disable "$service.service" >/dev/null 2>&1 ||
		    true
	done
	return "$status"
}

# What cannot be had, or would push out a package that is there, is left out.
debian_wanted()
{
	for package in $(debian_missing "$@"); do
		if apt-get -s install "$package" 2>/dev/null | grep -q '^Remv'; then
			note "$package would replace something here: left out"
		elif apt-get -s install "$package" >/dev/null 2>&1; then
			echo "$package"
		else
			note "$package cannot be had here: left out"
		fi
	done
}

debian_install()
{
	# shellcheck disable=SC2086 # lists of words
	[ -n "$(debian_missing $1 $2)" ] || return 0
	apt update || note "apt-get update failed; going on with what is known"
	# shellcheck disable=SC2046,SC2086
	[ -z "$(debian_missing $1)" ] ||
	    debian_quietly install $(debian_missing $1)
	# shellcheck disable=SC2086
	wanted=$(debian_wanted $2)
	# shellcheck disable=SC2086
	[ -z "$wanted" ] || debian_quietly install $wanted
}

# ------------------------------------------------------------------- Fedora

# libconfuse, xxhash and cmocka are in EPEL and CRB on the enterprise systems.
fedora_install()
{
	# shellcheck disable=SC2086
	rpm -q $1 $2 >/dev/null 2>&1 && return 0
	if ! grep -q '^ID="\{0,1\}fedora' /etc/os-release; then
		as_root dnf -y install epel-release dnf-plugins-core </dev/null || true
		as_root dnf config-manager --set-enabled crb </dev/null || true
	fi
	# shellcheck disable=SC2086
	as_root dnf -y install $1 </dev/null
	for package in $2; do
		rpm -q "$package" >/dev/null 2>&1 ||
		    as_root dnf -y install "$package" </dev/null ||
		    note "$package cannot be had here: left out"
	done
}

# install_packages build | check | package
install_packages()
{
	case $1 in
	build)
		debian_more=
		fedora_more=
		;;
	check)
		debian_more=$debian_check
		fedora_more=$fedora_check
		;;
	package)
		debian_more=$debian_package
		fedora_more=$fedora_package
		;;
	esac
	if command -v apt-get >/dev/null; then
		debian_install "$debian_build" "$debian_more"
	elif command -v dnf >/dev/null; then
		fedora_install "$fedora_build" "$fedora_more"
	else
		note "neither apt-get nor dnf here: see HACKING.md for what to" \
		    "install; going on"
	fi
}

# -------------------------------------------------------------------- build

# configured FOLDER OPTION... - FOLDER is configured with these options, and not
# again when it already is and the build system has not changed.
configured()
{
	folder=$1
	shift
	mkdir -p "$folder"
	if [ ! -x "$top/configure" ] ||
	    [ -n "$(find "$top" -path "$folder" -prune -o \
	    \( -name configure.ac -o -name '*.am' -o -name 'cefd_*.m4' \) \
	    -newer "$top/configure" -print)" ]; then
		"$top/autogen.sh"
	fi
	asked="$top/configure $* CC=${CC:-}"
	if [ ! -s "$folder/Makefile" ] ||
	    [ "$(cat "$folder/asked" 2>/dev/null)" != "$asked" ] ||
	    [ "$top/configure" -nt "$folder/config.status" ]; then
		(cd "$folder" && "$top/configure" "$@" </dev/null)
		echo "$asked" >"$folder/asked"
	fi
}

# Tests mostly wait, so that processors have time for more of them. For make_in,
# whose own number comes first.
tests_at_once="-j $((2 * $(nproc)))"

# make_in FOLDER ARGUMENT...
make_in()
{
	folder=$1
	shift
	make -C "$folder" --no-print-directory -j "$(nproc)" "$@" </dev/null
}
