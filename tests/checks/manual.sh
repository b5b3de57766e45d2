#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual pages are good mdoc, and say what the programs do: the options of
# cefd.conf(5) are those of the table, the keys of cefd-records(5) and of
# doc/records.md those of the schemas, the options and commands of cefd(8) and
# cefctl(8) those of --help, their exit codes and variables those of the sources.
. "$(dirname "$0")/lib.sh"
top_builddir=${top_builddir:-$top_srcdir}
man=$top_srcdir/doc/man
scratch

if command -v mandoc >/dev/null; then
	# All that it has to say, style too. (So no page has .Xr: mandoc looks
	# for what that names among the pages that are installed.)
	mandoc -T lint "$man"/*.[58] >"$scratch_dir/lint" 2>&1 &&
	    [ ! -s "$scratch_dir/lint" ] || fail "$(cat "$scratch_dir/lint")"
	sed 's,^\.Os,& cefd,' "$man/cefd.conf.5" >"$scratch_dir/planted"
	! mandoc -T lint "$scratch_dir/planted" >/dev/null 2>&1 ||
	    fail "mandoc lets a planted fault pass"
fi

# table FILE - what stands between its two marks
table()
{
	awk '/^\.\\" end of the table/ { on = 0 }
	    on { print }
	    /^\.\\" begin of the table/ { on = 1 }' "$1"
}
"$top_builddir/tests/bin/conf-sample" manual >"$scratch_dir/options"
[ -s "$scratch_dir/options" ] || fail "no options"
table "$man/cefd.conf.5" | cmp -s - "$scratch_dir/options" ||
    fail "cefd.conf.5 is not what the table says: make update-man"

# keys KIND - that the page tells of it, with those that all kinds have; a label
# stands behind its key
keys()
{
	awk -v kind="$1" '
	/^\.S[sh] / { on = $0 == ".Ss " kind || $0 == ".Sh DESCRIPTION" }
	on && /^\.It Ic / {
		count = split(substr($0, 8), part, / , Ic /)
		for (i = 1; i <= count; i++) {
			sub(/ Pq /, " ", part[i])
			print part[i]
		}
	}' "${2:-$man/cefd-records.5}" | sort -u
}
"$top_builddir/tests/bin/schema-list" >"$scratch_dir/schemas"
for kind in $(cut -d ' ' -f 1 "$scratch_dir/schemas" | sort -u); do
	sed -n "s/^$kind //p" "$scratch_dir/schemas" | sort -u \
	    >"$scratch_dir/are"
	keys "$kind" >"$scratch_dir/told"
	cmp -s "$scratch_dir/are" "$scratch_dir/told" ||
	    fail "cefd-records.5, $kind: $(diff "$scratch_dir/are" \
	        "$scratch_dir/told" | grep '^[<>]' | tr '\n' ' ')"
	# The same in the document's tables.
	while read -r key; do
		awk -v kind="$kind" '/^## / { on = $0 == "## " kind ||
		    $0 == "## Around the fields" } on && /^\|/' \
		    "$top_srcdir/doc/records.md" |
		    cut -d '|' -f 2 | tr ',' '\n' | sed 's/^ *//; s/ *$//' |
		    grep -qx "$key" || fail "doc/records.md, $kind: no $key"
	done <"$scratch_dir/are"
done
sed '/AbnormalEmailUptime/d' "$man/cefd-records.5" >"$scratch_dir/planted"
keys forwarder-status "$scratch_dir/planted" >"$scratch_dir/told"
! cmp -s "$scratch_dir/are" "$scratch_dir/told" ||
    fail "a key that is missing was not seen"

# options PROGRAM - the long and short ones of its help
options()
{
	"$top_builddir/$1" --help | grep -o -e '--[a-z][a-z-]*' -e ' -[a-z],' |
	    sed 's/^--/-/; s/^ //; s/,$//' | sort -u
}
# page_has PAGE OPTION - -x is Fl x, --long is Fl -long
page_has()
{
	grep -q -e "Fl ${2#-}\$" -e "Fl ${2#-} " -e "Fl -${2#-}\$" \
	    -e "Fl -${2#-} " "$man/$1"
}
for program in cefd cefctl; do
	for option in $(options "$program"); do
		page_has "$program.8" "$option" ||
		    fail "$program.8 does not have -$option"
	done
	[ -n "${option:-}" ] || fail "$program --help names no option"
done
! page_has cefd.8 -nonsense || fail "an option that is missing was not seen"
for verb in $("$top_builddir/cefctl" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' |
    sort -u); do
	grep -q "^\.It Cm $verb\$\|^\.It Cm $verb " "$man/cefctl.8" ||
	    fail "cefctl.8 does not have $verb"
done
[ -n "${verb:-}" ] || fail "cefctl --help names no command"

# codes PAGE SOURCE... - of sysexits.h, that these end with and the page lacks
codes()
{
	page=$1
	shift
	grep -h -o '\<EX_[A-Z]*' "$@" | grep -v EX_OK | sort -u |
	    while read -r name; do
		number=$(echo "$name" | cc_number)
		grep -q "^\.It $number\$" "$page" || echo "$name ($number)"
	done
}
cc_number()
{
	{ echo '#include <sysexits.h>'; cat; } | ${CC:-cc} -E -P - | tail -n 1
}
# variables PAGE SOURCE... - that these look at and the page lacks
variables()
{
	page=$1
	shift
	grep -h -o -E '(getenv|number_in)\("[A-Z_]+' "$@" | cut -d '"' -f 2 |
	    sort -u |
	    while read -r name; do
		grep -q "^\.It Ev.* $name\\>" "$page" || echo "$name"
	done
}
src=$top_srcdir/src
{
	codes "$man/cefd.8" "$src"/daemon/*.c "$src"/io/standard.c
	codes "$man/cefctl.8" "$src"/ctl/*.c "$src"/io/standard.c
	variables "$man/cefd.8" "$src"/daemon/*.c "$src"/io/*.c
	variables "$man/cefctl.8" "$src"/ctl/*.c
} >"$scratch_dir/lacking"
[ ! -s "$scratch_dir/lacking" ] ||
    fail "not in the manual page: $(tr '\n' ' ' <"$scratch_dir/lacking")"
sed '/^\.It 77/d; /^\.It Ev.*TERM/d' "$man/cefctl.8" >"$scratch_dir/planted"
[ -n "$(codes "$scratch_dir/planted" "$src"/ctl/*.c)" ] &&
    [ -n "$(variables "$scratch_dir/planted" "$src"/ctl/*.c)" ] ||
    fail "what is missing was not seen"
