#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same tarball and the same SOURCE_DATE_EPOCH, in other folders: the same
# octets, of every package and of its bill of materials.
. "$(dirname "$0")/lib.sh"
count=0
for file in "$packages"/a/*; do
	case $file in
	# These tell of the machine and the folder that it was built in.
	*.buildinfo | *.changes) continue ;;
	esac
	cmp "$file" "$packages/b/${file##*/}" || fail "${file##*/} differs"
	count=$((count + 1))
done
[ "$count" -ge 6 ] || fail "only $count files to compare"
say "$count files, each the same twice"
