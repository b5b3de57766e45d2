#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# get-syslog-ng.sh FOLDER: unpack Debian's syslog-ng, and what it needs and this
# machine lacks, below FOLDER, without installing it: the package conflicts with
# rsyslog, and the stories want both. FOLDER/syslog-ng then runs it. Give the
# folder to `make check` as SYSLOG_NG=FOLDER, or use tests/system/syslog-ng
# below the build folder, which is looked for by itself.
set -eu
[ $# -eq 1 ] || {
	echo "usage: get-syslog-ng.sh FOLDER" >&2
	exit 64
}
mkdir -p "$1"
folder=$(cd "$1" && pwd)
[ ! -x "$folder/syslog-ng" ] || exit 0
for program in apt-get dpkg; do
	command -v "$program" >/dev/null || {
		echo "get-syslog-ng.sh: no $program here" >&2
		exit 77
	}
done

debs=$folder/debs
root=$folder/root
mkdir -p "$debs" "$root"

# needs DEB - the packages that it depends on; of alternatives the first.
needs()
{
	dpkg-deb -f "$1" Depends | tr ',' '\n' |
	    sed 's/|.*//; s/(.*//; s/:.*//; s/[[:space:]]//g'
}

is_installed()
{
	dpkg-query -W -f '${Status}' "$1" 2>/dev/null |
	    grep -q 'ok installed'
}

# fetch PACKAGE... - download and unpack.
fetch()
{
	(cd "$debs" && apt-get download "$@")
	for package; do
		for deb in "$debs/$package"_*.deb; do
			dpkg-deb -x "$deb" "$root"
		done
	done
}

fetch syslog-ng-core
for package in $(needs "$debs"/syslog-ng-core_*.deb); do
	is_installed "$package" || fetch "$package"
done

version=$(cd "$root/usr/lib/syslog-ng" && echo [0-9]*)
libs=$root/usr/lib/syslog-ng:$(find "$root" -name 'lib*.so.*' \
    -exec dirname {} \; | sort -u | tr '\n' ':')
cat >"$folder/syslog-ng.new" <<SH
#!/bin/sh
# syslog-ng $version of this folder
LD_LIBRARY_PATH='$libs' exec '$root/usr/sbin/syslog-ng' \\
    --module-path='$root/usr/lib/syslog-ng/$version' "\$@"
SH
chmod +x "$folder/syslog-ng.new"
"$folder/syslog-ng.new" --version >/dev/null
mv "$folder/syslog-ng.new" "$folder/syslog-ng"
