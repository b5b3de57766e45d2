#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What doc/receivers.md and the pages of rsyslog, syslog-ng and WitFoo show is
# what the stories run: each block of configuration is, octet for octet, the file
# that is named before it; each file of doc/receivers is shown, and named by a
# story.
. "$(dirname "$0")/lib.sh"
scratch

# shown DOCUMENT FOLDER [KIND] - take the blocks apart, or those of a kind:
# FOLDER/NAME for each.
shown()
{
	mkdir "$2"
	awk -v folder="$2" -v kind="$3" '
	/^```/ {
		if (other) {
			other = 0
			next
		}
		if (!inside && kind != "" && $0 != "```" kind) {
			other = 1
			next
		}
		if (!inside && name == "") {
			print "a block that no file is named for, line " NR
			exit 1
		}
		if (inside)
			name = ""
		inside = !inside
		next
	}
	inside { print >(folder "/" name); next }
	/^\[[^]]*\]\(receivers\/[^)]*\):$/ {
		name = $0
		sub(/^\[/, "", name)
		sub(/\].*/, "", name)
		if (index($0, "(receivers/" name ")") == 0) {
			print "two names in line " NR
			exit 1
		}
	}' "$1"
}

# same TREE - of the document, the files and the stories.
same()
{
	rm -rf "$scratch_dir/shown"
	shown "$1/doc/receivers.md" "$scratch_dir/shown" "" &&
	    diff -r "$scratch_dir/shown" "$1/doc/receivers" || return 1
	for page in rsyslog syslog-ng witfoo; do
		rm -rf "$scratch_dir/shown"
		shown "$1/doc/$page.md" "$scratch_dir/shown" conf || return 1
		for file in "$scratch_dir"/shown/*; do
			cmp "$file" "$1/doc/receivers/$(basename "$file")" ||
			    return 1
		done
	done
	for file in "$1"/doc/receivers/*; do
		grep -q "$(basename "$file" | sed 's/\./\\./')" \
		    "$1"/tests/system/[0-9]*.sh || {
			echo "$(basename "$file") is in no story"
			return 1
		}
	done
}

same "$top_srcdir" || fail "the document and the files differ"

# A breach of each kind is seen.
breach()
{
	rm -rf "$scratch_dir/tree"
	mkdir -p "$scratch_dir/tree/tests"
	cp -r "$top_srcdir/doc" "$scratch_dir/tree/doc"
	chmod -R u+w "$scratch_dir/tree/doc"
	mkdir "$scratch_dir/tree/tests/system"
	cp "$top_srcdir"/tests/system/[89]*.sh "$scratch_dir/tree/tests/system"
	(cd "$scratch_dir/tree" && eval "$2")
	! same "$scratch_dir/tree" >"$scratch_dir/said" 2>&1 ||
	    fail "does not see $1"
}

! (breach "nothing" true) 2>/dev/null || fail "sees what is not there"
breach "a changed line" "sed -i s/6514/6515/ doc/receivers.md"
breach "a changed file" "sed -i 's/\"Disk\"/\"LinkedList\"/' \
    doc/receivers/rsyslog-forward-to-rsyslog.conf"
breach "a block without a file" "printf '%s\n' '\`\`\`' x '\`\`\`' \
    >>doc/receivers.md"
breach "a changed line of a page" "sed -i s/6514/6515/ doc/witfoo.md"
breach "a block of a page without a file" "printf '%s\n' '\`\`\`conf' x \
    '\`\`\`' >>doc/witfoo.md"
breach "a file that is not shown" "echo >doc/receivers/rsyslog-tls-2.conf"
breach "a file without a story" "rm tests/system/91-witfoo.sh"
exit 0
