#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# What bash offers while a line for cefctl or cefd is typed: commands, options,
# and the names that the running daemon knows, of former destinations' queues,
# too; and what zsh makes of such lines at a terminal. Both shells' files name
# every command and every option of --help, and no other.
. "$(dirname "$0")/lib.sh"
need bash
completion=$top_srcdir/etc/completion
sink_port=1
source_more='enabled = false'
more='destination "second" { servers = {"127.0.0.1:1"} transport = "tcp" framing = "lf" }'
configure
mkdir "$tmp/spool"
"$tools/fill" --spool "$tmp/spool" --queue former --records 3
run_cefd

cat >"$tmp/offer.bash" <<'END'
# offer.bash FILE WORD... - what is offered for the last word.
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMP_LINE=
for word; do
	[[ $word == = || $COMP_LINE == *= ]] || COMP_LINE+=' '
	COMP_LINE+=$word
done
COMP_LINE=${COMP_LINE# }
"_$1"
printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
END
PATH=$(dirname "$cefctl"):$PATH

# offered WORD... - on one line.
offered()
{
	bash "$tmp/offer.bash" "$completion/$1.bash" "$@" 2>"$tmp/offer.log"
}

# expect OFFER WORD...
expect()
{
	want=$1
	shift
	got=$(offered "$@")
	[ "$got" = "$want" ] || fail "\"$*\" offers \"$got\", not \"$want\""
	[ ! -s "$tmp/offer.log" ] || fail "\"$*\" says $(cat "$tmp/offer.log")"
}

expect 'send-test setup status ' cefctl s
expect '--json ' cefctl -s "$tmp/ctl" status --j
expect 'acme out second ' cefctl -s "$tmp/ctl" pause ''
expect 'acme ' cefctl poll -s "$tmp/ctl" a
expect 'out second ' cefctl -s "$tmp/ctl" send-test ''
expect '--force former out second ' cefctl -s "$tmp/ctl" queue drop ''
expect '--count former out second ' cefctl -s "$tmp/ctl" queue peek ''
expect 'acme out second ' cefctl --socket = "$tmp/ctl" pause ''
expect 'acme out second ' cefctl --config = "$tmp/cefd.conf" resume ''
expect 'send-test setup status ' cefctl --socket = "$tmp/ctl" s
expect 'second ' cefctl -s "$tmp/ctl" replay acme --to = s
expect 'out second ' cefctl -s "$tmp/ctl" replay acme --to =
expect 'out second ' cefctl -s "$tmp/ctl" replay acme --to ''
expect '1h 24h 7d ' cefctl replay acme --since =
expect 'cef json leef rfc5424-sd ' cefctl convert --format =
expect "-s$tmp/ctl " cefctl "-s$tmp/ct"
expect 'drop list peek ' cefctl -s "$tmp/ctl" queue ''
expect 'json ' cefctl convert --format = j
expect ' ' cefctl -s "$tmp/nowhere" pause ''
expect '--print ' cefd --p
expect 'json plain ' cefd --log-format = ''

# In bash, too, they are typed; the same key puts a line down.
mkdir -p "$tmp/a b"
cp "$tmp/cefd.conf" "$tmp/a b/x.conf"
cat >"$tmp/typist.py" <<'END'
"""typist.py FILE-OF-COMPLETION OUT LINE... - what each line becomes by TAB in bash"""
import os, pty, sys
completion, out, *lines = sys.argv[1:]
pid, master = pty.fork()
if pid == 0:
    os.environ.update(TERM="vt100", PS1="")
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
setup = (f"source {completion}; bind 'set bell-style none'; HISTFILE=; "
         f"down() {{ printf '%s\\n' \"$READLINE_LINE\" >>{out}; READLINE_LINE=; }}; "
         "bind -x '\"\\C-x\\C-o\": down'; echo rea''dy\n")
os.write(master, setup.encode())
said = b""
while b"ready" not in said:
    said += os.read(master, 4096)
for line in lines:
    os.write(master, line.encode() + b"\t\x18\x0f")
os.write(master, b"exit\n")
try:
    while os.read(master, 4096):
        pass
except OSError:
    pass
os.waitpid(pid, 0)
END

# In zsh the lines are typed at a terminal; ^X^O puts down what became of one.
cat >"$tmp/typist.zsh" <<'END'
# typist.zsh FOLDER-OF-COMPLETIONS OUT LINE... - what each line becomes by TAB
zmodload zsh/zpty
folder=$1 out=$2
shift 2
export out folder
zpty typist 'zsh -f -i'
zpty -w typist 'PS1= fpath=($folder $fpath); autoload -Uz compinit; compinit -u -D'
zpty -w typist 'down() { print -r -- "$BUFFER" >>$out; BUFFER= }; zle -N down'
zpty -w typist 'bindkey "^X^O" down; unsetopt beep list_beep; : >$out'
until [[ -e $out ]]; do
	zpty -r typist said '*' && continue
done
for line in "$@"; do
	zpty -w -n typist "$line"$'\t\x18\x0f'
done
zpty -w typist exit
while zpty -r typist said; do :; done
END

# typed SHELL LINE WANT...
typed()
{
	shell=$1
	shift
	: >"$tmp/wanted.txt"
	lines=$(($# / 2))
	while [ "$lines" -gt 0 ]; do
		lines=$((lines - 1))
		echo "$2" >>"$tmp/wanted.txt"
		set -- "$@" "$1"
		shift 2
	done
	rm -f "$tmp/became.txt"
	case $shell in
	bash)
		HOME=$tmp timeout 30 python3 "$tmp/typist.py" \
		    "$completion/cefctl.bash" "$tmp/became.txt" "$@"
		;;
	zsh)
		HOME=$tmp TERM=vt100 timeout 30 zsh -f "$tmp/typist.zsh" \
		    "$completion" "$tmp/became.txt" "$@"
		;;
	esac >"$tmp/typist.log" 2>&1 ||
	    fail "$shell: $(cat "$tmp/typist.log" "$tmp/became.txt")"
	cmp "$tmp/became.txt" "$tmp/wanted.txt" ||
	    fail "$shell: $(diff "$tmp/became.txt" "$tmp/wanted.txt")"
}

for shell in bash zsh; do
	command -v "$shell" >/dev/null || continue
	[ "$shell" != bash ] || command -v python3 >/dev/null || continue
	typed "$shell" \
	    'cefctl sen' 'cefctl send-test ' \
	    "cefctl -s $tmp/ctl pause ac" "cefctl -s $tmp/ctl pause acme " \
	    "cefctl -s $tmp/ctl poll o" "cefctl -s $tmp/ctl poll o" \
	    "cefctl --socket=$tmp/ctl poll a" \
	    "cefctl --socket=$tmp/ctl poll acme " \
	    "cefctl -s$tmp/ctl poll a" "cefctl -s$tmp/ctl poll acme " \
	    "cefctl -c $tmp/cefd.conf send-test o" \
	    "cefctl -c $tmp/cefd.conf send-test out " \
	    'cefctl -c ~/cefd.conf poll a' 'cefctl -c ~/cefd.conf poll acme ' \
	    "cefctl -c '$tmp/a b/x.conf' poll a" \
	    "cefctl -c '$tmp/a b/x.conf' poll acme " \
	    "cefctl -c \"$tmp/a b/x.conf\" poll a" \
	    "cefctl -c \"$tmp/a b/x.conf\" poll acme " \
	    'cefctl -c ~/a\ b/x.conf poll a' 'cefctl -c ~/a\ b/x.conf poll acme ' \
	    "cefctl -s $tmp/ctl queue drop f" \
	    "cefctl -s $tmp/ctl queue drop former " \
	    "cefctl queue -s $tmp/ctl peek s" \
	    "cefctl queue -s $tmp/ctl peek second " \
	    "cefctl -s $tmp/ctl replay acme --to=s" \
	    "cefctl -s $tmp/ctl replay acme --to=second " \
	    "cefctl -s $tmp/nowhere pause ac" "cefctl -s $tmp/nowhere pause ac"
done

# told PROGRAM - the long options and, of cefctl, the commands of its help.
told()
{
	"$1" --help | grep -o -e '--[a-z][a-z-]*' | sort -u
	[ "$(basename "$1")" = cefd ] ||
	    "$1" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | sort -u
}

for program in "$cefctl" "$cefd"; do
	name=$(basename "$program")
	told "$program" | grep -v -e '^--debug$' >"$tmp/told.txt"
	for file in "$completion/$name.bash" "$completion/_$name"; do
		while read -r word; do
			grep -q -e "[^a-z-]$word\([^a-z-]\|\$\)" "$file" ||
			    fail "$(basename "$file") does not know $word"
		done <"$tmp/told.txt"
		grep -v '^#' "$file" | grep -o -e '--[a-z][a-z-]*' | sort -u |
		    grep -v -F -x -f "$tmp/told.txt" >"$tmp/more.txt" || true
		[ ! -s "$tmp/more.txt" ] ||
		    fail "$(basename "$file"): $(cat "$tmp/more.txt")"
	done
	bash -n "$completion/$name.bash" || fail "bash -n"
	! command -v zsh >/dev/null || zsh -n "$completion/_$name" ||
	    fail "zsh -n"
done
