#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# NEWS.md has a section for each version, newest first, "## VERSION, DATE" or
# "## VERSION, not yet released", with chrony's four headings in their order.
. "$(dirname "$0")/lib.sh"
scratch

# look FILE - what is wrong with it.
look()
{
	awk '
	function finish() {
		if (version != "" && headings != \
		    "Enhancements|Bug fixes|Workarounds|Removed features|")
			print version ": headings are " headings
	}
	/^## / {
		finish()
		if ($0 !~ /^## [0-9]+(\.[0-9]+)+, (not yet released|[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9])$/)
			print "not a version and its day: " $0
		if (version != "" && /not yet released/)
			print $2 " is not yet released, but " version " is older"
		version = $2
		headings = ""
	}
	/^### / { headings = headings substr($0, 5) "|"}
	END { finish(); if (version == "") print "no version at all" }
	' "$1"
}

look "$top_srcdir/NEWS.md" >"$scratch_dir/found"
[ ! -s "$scratch_dir/found" ] || fail "$(cat "$scratch_dir/found")"

# breach SED-EXPRESSION
breach()
{
	sed "$1" "$top_srcdir/NEWS.md" >"$scratch_dir/bad.md"
	[ -n "$(look "$scratch_dir/bad.md")" ] || fail "does not see $1"
}
breach 's/^### Bug fixes/### Fixes/'
breach '/^### Workarounds/d'
breach 's/^## \([0-9.]*\),.*/## \1, soon/'
breach 's/^## .*//'
