# SPDX-License-Identifier: Apache-2.0
# C without its comments and without what is inside strings and character
# constants, line by line, so that a check can look for words of code.
# ours=FILE goes before each file name; every line is printed as FILE:LINE:TEXT.
function blank(line,    out, c, i, n) {
	out = ""
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		if (in_comment) {
			if (substr(line, i, 2) == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (substr(line, i, 2) == "/*") {
			in_comment = 1
			i++
			out = out " "
		} else if (substr(line, i, 2) == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	if (line !~ /\\$/)
		quote = ""
	return out
}
FNR == 1 { in_comment = 0; quote = "" }
{ print FILENAME ":" FNR ":" blank($0) }
