# SPDX-License-Identifier: Apache-2.0
# Lines of every function, from `{` to `}` in column 0, of every file, and the
# public functions of every header. `except` is a file of lines
# `FILE[:FUNCTION]  REASON` whose size is let through.
function bad(text) { print text > "/dev/stderr"; status = 1 }
function let_through(what) { if (what in reason) { used[what] = 1; return 1 } return 0 }
function read_exceptions(    line, n, word) {
	while ((getline line < except) > 0) {
		n = split(line, word)
		if (!n || word[1] ~ /^#/)
			continue
		if (n < 3)
			bad(except ": " word[1] ": give the reason")
		reason[word[1]] = 1
	}
}
function end_file(    what) {
	if (file == "")
		return
	limit = file ~ /\.h$/ ? 100 : 600
	if (lines > limit && !let_through(file))
		bad(file ": " lines " lines, at most " limit)
	if (publics > 10 && !let_through(file))
		bad(file ": " publics " public functions, at most 10")
}
function begin_file(    base) {
	end_file()
	file = FILENAME
	sub(/^\.\//, "", file)
	base = file
	sub(/.*\//, "", base)
	if (base in place)
		bad(file ": the same base name as " place[base])
	place[base] = file
	publics = 0
	start = 0
}
function end_function(    n) {
	n = FNR - start + 1
	start = 0
	functions++
	longs += n > 40
	if (n > 80 && !let_through(file ":" name))
		bad(file ":" FNR ": " name " has " n " lines, at most 80")
}
BEGIN { read_exceptions() }
FNR == 1 { begin_file() }
{ lines = FNR }
/^[a-z_][A-Za-z0-9_]*\(/ {
	name = $0
	sub(/\(.*/, "", name)
}
/^\{/ { start = FNR }
/^\}/ && start { end_function() }
# A prototype of ours begins in column 0 with a type and holds the first `(`
# after the name; typedefs, macros and struct members do not.
file ~ /\.h$/ && /^[a-z][A-Za-z0-9_ \t*]*[ *][a-z_][a-z0-9_]*\(/ &&
    !/^(typedef|static|return|else)/ { publics++ }
END {
	end_file()
	if (!functions)
		bad("no functions found")
	if (longs * 10 > functions)
		bad(longs " of " functions " functions have more than 40 lines, at most one in ten")
	for (what in reason)
		if (!(what in used))
			bad(except ": " what ": no longer needed")
	printf "%d functions, %d of them over 40 lines\n", functions, longs
	exit status
}
