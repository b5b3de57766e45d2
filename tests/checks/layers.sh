#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hold every #include in src to src/LAYERS: a room includes itself and the
# rooms that its row names; a row names only rooms above it; a foreign header
# with an `only` row is included by the files named there and by no other, and
# a header of ours that shows such a foreign header stays in its own room.
. "$(dirname "$0")/lib.sh"

# held DIR - 0 when all of DIR keeps the rules of DIR/LAYERS.
held()
{
	(cd "$1" && sources . | sed 's|^\./||' |
	    awk -v rules=LAYERS -f "$layers_awk")
}

scratch
layers_awk=$scratch_dir/layers.awk
cat >"$layers_awk" <<'AWK'
function bad(text) { print text > "/dev/stderr"; status = 1 }
function room(path) { return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "" }
function read_rules(    n, i, word) {
	while ((getline < rules) > 0) {
		n = split($0, word)
		if (word[1] == "layer") {
			for (i = 3; i <= n; i++) {
				if (!(word[i] in layer))
					bad(rules ": " word[2] " names " word[i] ", which is not above it")
				may[word[2], word[i]] = 1
			}
			may[word[2], word[2]] = layer[word[2]] = 1
		} else if (word[1] == "only") {
			only[word[2]] = 1
			for (i = 3; i <= n; i++)
				shows[word[i]] = may[word[2], word[i]] = 1
		} else if (n && word[1] !~ /^#/) {
			bad(rules ": not understood: " $0)
		}
	}
}
function hold_ours(at, file, name) {
	if (name == "config.h")
		return
	if (!(room(name) in layer))
		bad(at " \"" name "\" is not in a layer")
	else if (!((room(file), room(name)) in may))
		bad(at " " room(file) " may not include " room(name) ": " name)
	else if (name in shows && room(file) != room(name))
		bad(at " " name " shows a foreign header and stays in " room(name))
}
function hold_foreign(at, file, name,    prefix) {
	for (prefix in only)
		if (index(name, prefix) == 1 && !((prefix, file) in may))
			bad(at " only files named in LAYERS may include <" name ">")
}
function hold_file(file,    line, n, at, name) {
	if (!(room(file) in layer))
		bad(file ": no layer of LAYERS")
	while ((getline line < file) > 0) {
		n++
		if (line !~ /^[ \t]*#[ \t]*include/)
			continue
		at = file ":" n ":"
		if (match(line, /"[^"]*"/))
			hold_ours(at, file, substr(line, RSTART + 1, RLENGTH - 2))
		else if (match(line, /<[^>]*>/))
			hold_foreign(at, file, substr(line, RSTART + 1, RLENGTH - 2))
		else
			bad(at " an include that cannot be read")
	}
	close(file)
}
BEGIN { read_rules() }
{ hold_file($0); files++ }
END { if (!files) bad("no sources"); exit status }
AWK

held "$top_srcdir/src" || fail "src breaks src/LAYERS"

# The check must be able to fail: plant one breach of each rule.
planted()
{
	rm -rf "$scratch_dir/tree"
	mkdir -p "$scratch_dir/tree/low" "$scratch_dir/tree/high"
	printf 'layer low\nlayer high low\nonly foreign/ low/one.h\n%s\n' "$3" \
	    >"$scratch_dir/tree/LAYERS"
	printf '#include <foreign/x.h>\n' >"$scratch_dir/tree/low/one.h"
	printf '%s\n' "$2" >"$scratch_dir/tree/$1"
	held "$scratch_dir/tree" 2>"$scratch_dir/said"
}
planted high/a.c '#include "low/two.h"' '' || fail "a good tree was refused"
for breach in 'low/a.c|#include "high/b.h"' 'high/a.c|#include "x.h"' \
    'high/a.c|#include <foreign/x.h>' 'high/a.c|#include "low/one.h"' \
    'high/a.c|#  include NAME'; do
	if planted "${breach%%|*}" "${breach#*|}" ''; then
		fail "not seen: $breach"
	fi
done
if planted low/a.c '' 'layer third fourth'; then
	fail "not seen: a layer that names one below it"
fi
