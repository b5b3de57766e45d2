#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Words that STYLE.md keeps out of the sources, the licence line that each file
# begins with, and secrets that must never be committed.
. "$(dirname "$0")/lib.sh"
strip=$(dirname "$0")/strip.awk
everywhere='sprintf|vsprintf|strcpy|strcat|strncpy|strncat|strtok|strtok_r|sscanf|atoi|atol|atoll|atof|gets|alloca|rand|tmpnam|mktemp'
clocks='time|sleep|usleep|nanosleep'

# calls WORDS FILE - lines of FILE, code without comments, that call a word.
calls()
{
	grep -E "(^|[^A-Za-z0-9_.>])($1)[[:space:]]*\\(" "$2" || true
}

# no_words DIR - says what is wrong below DIR, and nothing when all is well.
no_words()
{
	sources "$1" | xargs awk -f "$strip" >"$scratch_dir/code"
	calls "$everywhere" "$scratch_dir/code"
	if [ -d "$1/base" ]; then
		calls "$clocks" "$scratch_dir/code" | grep -v "^$1/io/" || true
	fi
}

# no_licence DIR - files below DIR whose first lines do not name the licence.
no_licence()
{
	find "$1" -type f \( -name '*.[ch]' -o -name '*.am' -o -name '*.ac' \
	    -o -name '*.m4' -o -name '*.sh' -o -name '*.awk' \) |
	    while read -r file; do
		case $file in
		*/build*/* | */aclocal.m4)
			continue ;;
		*.[ch]) first='1{/^\/\* SPDX-License-Identifier: Apache-2.0 \*\/$/p;}' ;;
		*) first='1,2{/^# SPDX-License-Identifier: Apache-2.0$/p;}' ;;
		esac
		[ -n "$(sed -n "$first" "$file")" ] ||
		    echo "$file: does not begin with its licence"
	done
}

no_secrets()
{
	grep -rlE -e '-----BEGIN [A-Z ]*PRIVATE KEY-----$' "$@" |
	    sed 's/$/: a private key/' || true
}

look()
{
	no_words "$1/src"
	no_words "$1/tests"
	for part in src tests packaging etc m4; do
		[ ! -d "$1/$part" ] || no_licence "$1/$part"
	done
	no_secrets "$1/src" "$1/tests"
}

scratch
look "$top_srcdir" >"$scratch_dir/found"
if [ -s "$scratch_dir/found" ]; then
	sed "s|^$top_srcdir/||" "$scratch_dir/found" >&2
	exit 1
fi

# The check must be able to fail, and must leave comments and strings alone.
tree=$scratch_dir/tree
mkdir -p "$tree/src/base" "$tree/src/io" "$tree/tests"
cat >"$tree/src/base/bad.c" <<'C'
int x = atoi ("1"); /* atoi(1) */ char *s = "strcpy(";
long y = time(NULL);
void fine(void) { my_atoi(1); a->time(1); /* sleep(1)
 strcat(a, b) */ }
C
printf '/* SPDX-License-Identifier: Apache-2.0 */\nint z = time(0);\n' \
    >"$tree/src/io/good.c"
printf -- '-----BEGIN %sPRIVATE KEY-----\n' '' >"$tree/tests/key.pem"
printf '/* SPDX-License-Identifier: Apache-2.0 */\n' >"$tree/tests/t.c"
look "$tree" >"$scratch_dir/found"
[ "$(wc -l <"$scratch_dir/found")" -eq 4 ] || {
	cat "$scratch_dir/found" >&2
	fail "the planted breaches should give four lines"
}
