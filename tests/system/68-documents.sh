#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# What the documents show is run: each block of sh, and each example of a manual
# page, against a cefd that runs and that all is well with, so that each ends with
# 0; each block of conf by cefd --check, each block of yaml by promtool, and one of
# yml is YAML. A source or destination that a command names is in the configuration
# that its page shows (acme and siem where it shows none). Files, hosts and ports
# are replaced by ones that are here; package managers and systemd are played by a
# script that only listens. A block that cannot be run says so, and
# why, on the line before it: <!-- not run: WHY -->. Each block has a tag, each
# link leads to a file, and each option in backquotes is one that exists.
. "$(dirname "$0")/lib.sh"
need curl promtool openssl python3
python3 -c 'import yaml' 2>/dev/null || skip "no YAML for Python here"
top=$(cd "$top_srcdir" && pwd)
documents=$(cd "$top" && ls README.md HACKING.md doc/*.md |
    grep -v -e doc/architecture.md -e doc/records.md -e doc/receivers)
make_certs
sink in
sim --threats 3
make_place()
{
	mkdir -p "$tmp/etc" "$tmp/bin" "$tmp/work" "$tmp/blocks" "$tmp/credentials"
	(umask 077
	for name in acme beta; do
		echo sim-token >"$tmp/etc/$name.token"
		echo sim-token >"$tmp/credentials/$name"
	done)
	cp "$top/etc/prometheus/cefd.rules.yml" "$tmp/etc/cefd.rules.yml"
	answers
}
make_place

# --------------------------------------------------------------- the blocks

# Each block into a file of its own, DOCUMENT-LINE.TAG; what is not to be run is
# named only.
blocks()
{
	for document in $documents; do
		awk -v stem="$tmp/blocks/$(basename "$document" .md)" \
		    -v name="$document" '
		/^```/ && !inside {
			tag = substr($0, 4)
			inside = 1
			skip = before ~ /^<!-- not run: [^ ].* -->$/
			if (tag == "")
				print name ":" NR ": a block without a tag"
			if (tag !~ /^(conf|sh|yaml|text)$/ && !skip)
				print name ":" NR ": " tag " is neither run " \
				    "nor excused"
			file = stem "-" NR "." tag (skip ? ".skipped" : "")
			printf "" >file
			next
		}
		/^```/ {
			inside = 0
			close(file)
		}
		inside { print >file }
		!inside && before == "" && /^    [^ ]/ && NR > 1 {
			print name ":" NR ": indented: neither run nor excused"
		}
		{ before = $0 }
		END {
			if (inside)
				print name ": a block that does not end"
		}' "$top/$document"
	done >"$tmp/faults.txt"
	for page in "$top"/doc/man/*.[0-9]; do
		awk -v stem="$tmp/blocks/$(basename "$page")" '
		/^\.Sh / { inside = 0; examples = /EXAMPLES/ }
		/^\.Bd -literal/ && examples { inside = 1; next }
		/^\.Ed/ { inside = 0 }
		inside { print >(stem "-examples.sh") }' "$page"
	done
	[ ! -s "$tmp/faults.txt" ] || fail "$(cat "$tmp/faults.txt")"
}

# here FILE - what it names replaced by what is here
here()
{
	sed -e "s,/etc/cefd/[a-z0-9-]*ca[a-z0-9-]*\.pem,$certs/ca.pem,g" \
	    -e "s,/etc/cefd/[a-z0-9-]*\.pem,$certs/client.pem,g" \
	    -e "s,/etc/cefd/[a-z0-9-]*\.key,$certs/client.key,g" \
	    -e "s,/etc/cefd/cefd\.conf,$tmp/cefd.conf,g" \
	    -e "s,/etc/cefd,$tmp/etc,g" \
	    -e "s,=answers\.txt,=$tmp/answers.txt,g" \
	    -e "s,/etc/prometheus,$tmp/etc,g" \
	    -e "s,/var/lib/cefd,$tmp/spool,g" \
	    -e "s,/var/log/cefd,$tmp/work,g" \
	    -e "s,/run/cefd/cefd.sock,$tmp/ctl,g" \
	    -e "s,127\.0\.0\.1:9514,127.0.0.1:$status_port,g" \
	    -e "s,siem\.example\.com:[0-9]*,127.0.0.1:$sink_port,g" \
	    -e "s,api\.abnormalplatform\.com,127.0.0.1:$sim_port,g" "$1"
}

# --------------------------------------------------------------------- conf

# Sections that a part of a configuration leaves out are added.
whole()
{
	grep -v '^ *#' "$1" >"$tmp/bare.txt" || true
	grep -q '^source ' "$tmp/bare.txt" ||
	    echo "source \"acme\" { host = \"127.0.0.1\" token-file = \"$tmp/etc/acme.token\" }"
	grep -q '^destination ' "$tmp/bare.txt" ||
	    echo 'destination "siem" { servers = {"127.0.0.1:1"} }'
	cat "$1"
}

check_conf()
{
	here "$1" >"$tmp/here.txt"
	whole "$tmp/here.txt" >"$tmp/check.conf"
	CREDENTIALS_DIRECTORY=$tmp/credentials "$cefd" --check \
	    -c "$tmp/check.conf" >"$tmp/checked.txt" 2>&1
}

# ----------------------------------------------------------------------- sh

# shim NAME TEXT - a program that the blocks find before the real one
shim()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

shims()
{
	# shellcheck disable=SC2016 # for the shims
	{
	shim sudo 'exec "$@"'
	for name in apt apt-get dnf rpm dpkg systemctl journalctl useradd \
	    chown chgrp install timedatectl; do
		shim "$name" 'echo "$0 $*" >>"'"$tmp/played.txt"'"'
	done
	# A cefd that would stay is only to look at its configuration.
	shim cefd 'case " $* " in
*" --check "* | *" --print "* | *" --version "* | *" --help "*) ;;
*" --spool-reset "*) exec "'"$cefd"'" --help ;;
*) set -- "$@" --check ;;
esac
exec "'"$cefd"'" "$@"'
	# A unit has the credentials that the command line asks for.
	shim systemd-run 'while [ "$1" != cefd ]; do shift; done
CREDENTIALS_DIRECTORY="'"$tmp/credentials"'" exec "$@"'
	shim cefctl 'case " $* " in
*" setup "*) set -- -c "'"$tmp/work"'/made-$$.conf" "$@" ;;
*" -c "* | *" convert "*) ;;
*) set -- -s "'"$tmp/ctl"'" "$@" ;;
esac
exec timeout 30 "'"$cefctl"'" "$@"'
	}
}

run_sh()
{
	here "$1" >"$tmp/work/block.sh"
	(cd "$top" && PATH=$tmp/bin:$PATH timeout 60 sh -e "$tmp/work/block.sh" \
	    >"$tmp/ran.txt" 2>&1 </dev/null)
}

# -------------------------------------------------------------------- names

# titles SECTION STEM STANDARD - what a page's configurations call them.
titles()
{
	# shellcheck disable=SC2086 # '*' is every page
	cat "$tmp/blocks/"$2-*.conf* 2>/dev/null |
	    sed -n "s/^$1 \"\([^\"]*\)\".*/\1/p" | sort -u | grep . || echo "$3"
}

# told STEM DOCUMENT - the sources and destinations that its commands name.
told()
{
	{
		cat "$tmp/blocks/$1"-*.sh* 2>/dev/null || true
		# shellcheck disable=SC2016 # backquotes of the document
		grep -o '`cefctl [^`]*`' "$2" | tr -d '`' || true
	} >"$tmp/commands.txt"
	grep -oE 'cefctl( -c [^ ]+)? (test|send-test|poll|pause|resume|replay|queue peek) [a-z][a-z0-9_-]*' \
	    "$tmp/commands.txt" | sed 's/.* //' || true
	grep -oE -e '--to=[a-z][a-z0-9_-]*' "$tmp/commands.txt" |
	    sed 's/.*=//' || true
}

check_names()
{
	{
		titles source "$1" acme
		titles destination "$1" siem
	} >"$tmp/titles.txt"
	told "$1" "$2" >"$tmp/told.txt"
	strange=$(grep -vxF -f "$tmp/titles.txt" "$tmp/told.txt" || true)
	[ -z "$strange" ] || echo "$1: a command names $strange, and the" \
	    "configuration shown has" "$(tr '\n' ' ' <"$tmp/titles.txt")"
}

# strange_options DOCUMENT - those of commands in backquotes that the program's
# --help does not have.
strange_options()
{
	for program in cefd cefctl; do
		"$top_builddir/$program" --help |
		    grep -oE -e '(^|[ ,|[])--?[a-z][a-z-]*' |
		    sed 's/^[^-]*//' | sort -u >"$tmp/options.txt"
		# shellcheck disable=SC2016 # backquotes of the document
		{ grep -oE "\`$program( [^\`]*)?\`" "$1" || true; } | tr -d '`' |
		    grep -oE -e ' --?[a-z][a-z-]*' | sed 's/^ //' | sort -u |
		    grep -vxF -f "$tmp/options.txt" || true
	done
}

# --------------------------------------------------------------------- yaml

check_yaml()
{
	here "$1" >"$tmp/here.yml"
	promtool check config "$tmp/here.yml" >"$tmp/checked.txt" 2>&1
}

# Of what is not here at all it is read whether it is YAML, at least.
parse_yaml()
{
	python3 -c 'import sys, yaml; assert yaml.safe_load(open(sys.argv[1]))' \
	    "$1" || fail "$(basename "$1") is no YAML"
}

# ------------------------------------------------------------------ the story

source_more='enabled = true'
configure
sed -e 's/destination "out"/destination "siem"/' "$tmp/cefd.conf" >"$tmp/other"
mv "$tmp/other" "$tmp/cefd.conf"
status_port=$(free_port)
sed -i "s/listen = \"\"/listen = \"127.0.0.1:$status_port\"/" "$tmp/cefd.conf"
blocks
for document in $documents doc/man/cefctl.8 doc/man/cefd.8; do
	check_names "$(basename "$document" .md)" "$top/$document"
done >"$tmp/faults.txt"
[ ! -s "$tmp/faults.txt" ] || fail "$(cat "$tmp/faults.txt")"
# Every destination that a page tells of is there.
titles destination '*' siem | grep -vx siem | while read -r title; do
	sed -n '/^destination/,/^}/p' "$tmp/cefd.conf" |
	    sed "s/^destination \"siem\"/destination \"$title\"/"
done >"$tmp/others.txt"
cat "$tmp/others.txt" >>"$tmp/cefd.conf"
run_cefd
poll
shims
confs=0 shs=0 yamls=0 skipped=0
for block in "$tmp/blocks"/*; do
	case $block in
	*.skipped)
		case $block in
		*.yml.skipped) parse_yaml "$block" ;;
		esac
		skipped=$((skipped + 1))
		;;
	*.conf)
		check_conf "$block" ||
		    fail "$(basename "$block"): $(cat "$tmp/checked.txt")"
		confs=$((confs + 1))
		;;
	*.sh)
		run_sh "$block" || fail "$(basename "$block"): $(cat \
		    "$block" "$tmp/ran.txt")"
		shs=$((shs + 1))
		;;
	*.yaml)
		check_yaml "$block" ||
		    fail "$(basename "$block"): $(cat "$tmp/checked.txt")"
		yamls=$((yamls + 1))
		;;
	esac
done
[ "$confs" -ge 12 ] && [ "$shs" -ge 12 ] && [ "$yamls" -ge 1 ] ||
    fail "only $confs, $shs and $yamls blocks were found"
[ "$skipped" -le 16 ] || fail "$skipped blocks are not run"
say "$confs configurations, $shs blocks of commands, $yamls of YAML; $skipped" \
    "not run"

# A link to a file that is not there, and an option that does not exist.
for document in $documents doc/records.md doc/architecture.md; do
	folder=$(dirname "$top/$document")
	grep -o '](\([^)#:]*\)[)#]' "$top/$document" | sed 's/^](//; s/[)#]$//' |
	    sort -u | while read -r link; do
		[ -z "$link" ] || [ -e "$folder/$link" ] ||
		    [ "$link" = receivers.md ] ||
		    fail "$document: no $link"
	done
	grep -o '`cefctl [a-z-]*' "$top/$document" | cut -d ' ' -f 2 | sort -u |
	    while read -r verb; do
		grep -q "^\.It Cm $verb\$\|^\.It Cm $verb " \
		    "$top/doc/man/cefctl.8" || fail "$document: cefctl $verb"
	done
	strange_options "$top/$document" >"$tmp/faults.txt"
	[ ! -s "$tmp/faults.txt" ] || fail "$document: $(cat "$tmp/faults.txt")"
	# NAME = VALUE in backquotes is a setting.
	grep -o '`[a-z][a-z-]* = ' "$top/$document" | sed 's/`//; s/ = //' |
	    sort -u | while read -r option; do
		grep -q "^\.It Ic $option No =" "$top/doc/man/cefd.conf.5" ||
		    fail "$document: no option $option"
	done
done

# A column of cefctl status is called as it is shown, on a terminal and not.
ctl status >"$tmp/piped.txt"
python3 "$here/on_terminal.py" 40 120 "$tmp/screen.txt" \
    "$cefctl" -s "$tmp/ctl" status || fail "status on a terminal"
for pair in screen:WAIT screen:CONFIRMED screen:RECORDS piped:QUEUED \
    piped:RESENT; do
	column=${pair#*:}
	grep -q "$column" "$tmp/${pair%:*}.txt" || fail "no column $column"
	grep -q "\<$column\>" "$top/doc/troubleshooting.md" ||
	    fail "doc/troubleshooting.md does not tell of $column"
done
! grep -q RESENT "$tmp/screen.txt" || fail "RESENT is on a terminal, too"

# Where the packages put what is for monitoring.
for folder in grafana prometheus; do
	grep -q "/usr/share/cefd/$folder\>" "$top/doc/packages.md" ||
	    fail "doc/packages.md does not name $folder"
done
grep -q '/usr/share/cefd' "$top/doc/monitoring.md" ||
    fail "doc/monitoring.md does not say where the packages put things"

# The ten lines that WitFoo is shown are those that cefd makes.
awk '/^```text$/ { inside = 1; next } /^```$/ { inside = 0 }
    inside && /^</' "$top/doc/witfoo-parser.md" >"$tmp/shown.txt"
cmp -s "$tmp/shown.txt" "$top/tests/golden/samples.cef" ||
    fail "doc/witfoo-parser.md does not show tests/golden/samples.cef"
[ "$(wc -l <"$tmp/shown.txt")" -eq 10 ] || fail "ten lines were promised"

# It can fail: a setting that does not exist, a command that does not, a block
# without a tag.
printf 'destination "x" { servers = {"a:1"} nonsense = 1 }\n' >"$tmp/plant.conf"
! check_conf "$tmp/plant.conf" || fail "a wrong setting was not seen"
echo 'cefctl nonsense' >"$tmp/plant.sh"
! run_sh "$tmp/plant.sh" || fail "a wrong command was not seen"
echo 'cefctl test nobody' >"$tmp/plant.sh"
! run_sh "$tmp/plant.sh" || fail "a wrong name was not seen"
echo 'cefctl send-test beta' >"$tmp/blocks/planted-1.sh"
echo 'destination "alpha" {' >"$tmp/blocks/planted-1.conf"
check_names planted /dev/null | grep -q 'names beta.*alpha' ||
    fail "a name of no configuration on its page was not seen"
# shellcheck disable=SC2016 # backquotes of a document
echo 'Say `cefctl -c x.conf status --nonsense`, or `cefd --check -y`.' \
    >"$tmp/plant.md"
[ "$(strange_options "$tmp/plant.md" | tr '\n' ' ')" = '-y --nonsense ' ] ||
    fail "a wrong option in a sentence was not seen"
echo 'cefctl status --nonsense' >"$tmp/plant.sh"
! run_sh "$tmp/plant.sh" || fail "a wrong option was not seen"
