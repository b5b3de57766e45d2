#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bill of materials beside each package has the form of SPDX 2.3, is about
# just this package, and names each library that the programs ask for.
. "$(dirname "$0")/lib.sh"
need python3
for package in "$(deb a)" "$(rpm_of a)"; do
	bill=${package%.*}.spdx.json
	[ -s "$bill" ] || fail "no $bill"
	python3 "$here/sbom_form.py" "$bill" "$package" \
	    libcurl openssl:libssl json-c libevent lmdb confuse xxhash ||
	    fail "${bill##*/}"
	say "${bill##*/}: whole"
done

# It can fail.
sed 's/"DESCRIBES"/"ADORES"/' "$bill" >"$tmp/bad.json"
! python3 "$here/sbom_form.py" "$tmp/bad.json" "$package" 2>"$tmp/said" ||
    fail "a bill that describes nothing passes"
! python3 "$here/sbom_form.py" "$bill" "$package" nettle 2>"$tmp/said" ||
    fail "a library that is missing is not missed"
