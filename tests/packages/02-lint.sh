#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lintian and rpmlint have nothing to say, beside what packaging/debian and
# packaging/rpm/rpmlint.toml give reasons for; AppArmor's own parser takes the
# profile.
. "$(dirname "$0")/lib.sh"
tried=
if command -v lintian >/dev/null; then
	tried=yes
	lintian --allow-root --fail-on error,warning \
	    "$(the "$packages"/a/cefd_*.changes)" >"$tmp/lintian.log" 2>&1 ||
	    fail "lintian"
	say "lintian: clean"
fi
if command -v rpmlint >/dev/null; then
	tried=yes
	rpmlint -c "$top/packaging/rpm/rpmlint.toml" "$(rpm_of a)" \
	    "$(the "$packages"/a/*.src.rpm)" >"$tmp/rpmlint.log" 2>&1 ||
	    fail "rpmlint"
	# Its exit code is about errors only.
	! grep -E ': [WE]: ' "$tmp/rpmlint.log" || fail "rpmlint warns"
	say "rpmlint: clean"
fi
[ -n "$tried" ] || skip "neither lintian nor rpmlint here"
if command -v apparmor_parser >/dev/null; then
	apparmor_parser --skip-kernel-load --skip-cache \
	    "$top/etc/apparmor/cefd" >"$tmp/apparmor.log" 2>&1 ||
	    fail "AppArmor's parser: $(cat "$tmp/apparmor.log")"
	say "apparmor_parser: takes the profile"
fi
