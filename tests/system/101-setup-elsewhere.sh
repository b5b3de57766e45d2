#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# `cefctl setup` for configurations that are not the service's own: named from
# the working folder, in folders with quotes, blanks and ${...} in their names,
# two in one folder, of a user without any right. What it calls written is what
# `cefd --check` calls well, and cefd runs with it; where it cannot be written it
# says so before the first question; no token and no older configuration is lost.
. "$(dirname "$0")/lib.sh"
need openssl
sim --threats 3
sink in
umask 077
mkdir -m 755 "$tmp/o"
chmod 755 "$tmp"
export HOME=/nowhere

answers

# setup STATUS FILE [LINE...] - with answers.txt and these; said.log has the words.
setup()
{
	expected=$1
	file=$2
	shift 2
	{ cat "$tmp/answers.txt"; printf '%s\n' "$@"; } >"$tmp/given.txt"
	status=0
	timeout 60 "$cefctl" -c "$file" setup --answers="$tmp/given.txt" \
	    >"$tmp/said.log" 2>&1 || status=$?
	[ "$status" -eq "$expected" ] || fail "$file: exit $status, not $expected"
}

# refused PATTERN FILE - before a question, with these words, without a trace
refused()
{
	ls -a "$tmp/o" >"$tmp/before"
	setup 73 "$2"
	says "$1"
	! grep -q '^ok \|^FAIL ' "$tmp/said.log" || fail "$2: after the questions"
	ls -a "$tmp/o" | cmp -s - "$tmp/before" || fail "$2: it leaves something"
}

# ------------------------------------------------------------------- its path
cd "$tmp/o"
mkdir etc
setup 0 etc/cefd.conf
"$cefd" --check -c etc/cefd.conf >"$tmp/check.log" 2>&1 || fail "--check, from here"
(cd / && "$cefd" --check -c "$tmp/o/etc/cefd.conf") >"$tmp/check.log" 2>&1 ||
    fail "--check, from elsewhere"
setup 0 plain.conf
"$cefd" --check -c plain.conf >"$tmp/check.log" 2>&1 || fail "--check, here"
# shellcheck disable=SC2016 # nothing of it is to be expanded
for odd in 'q"x' 'd${HOME}' 'back\slash' "it's $ 5;" 'new/../dots'; do
	mkdir -p "$tmp/o/$odd"
	setup 0 "$odd/cefd.conf"
	"$cefd" --check -c "$odd/cefd.conf" >"$tmp/check.log" 2>&1 ||
	    fail "--check in $odd"
	# The command to paste is one that a shell takes.
	eval "set -- $(sed -n 's/^  cefd //p' "$tmp/said.log")"
	[ "$1" = -c ] && cmp -s "$2" "$odd/cefd.conf" || fail "to paste: $*"
done
# Some editors put a byte order mark in front.
printf '\357\273\277' | cat - "$tmp/answers.txt" >"$tmp/marked.txt"
mv "$tmp/marked.txt" "$tmp/answers.txt"
mkdir marked
setup 0 marked/cefd.conf
LC_ALL=C sed -i '1s/^...//' "$tmp/answers.txt"
mkdir "$(printf 'tab\there')"
refused 'control character' "$(printf 'tab\there')/cefd.conf"
long=$(printf '%0110d' 0)
mkdir "$long"
refused 'socket: name a file in a folder with a shorter path' "$long/cefd.conf"

# What `cefd --check` would not take cannot be kept, well or not.
echo nonsense >"$tmp/nonsense.pem"
setup 65 never.conf "ca-file = $tmp/nonsense.pem" 'even-if-unwell = yes'
says 'ca-file: .*nonsense.pem'
[ ! -e never.conf ] && [ ! -e never-abnormal.token ] || fail "it is written"

# A fingerprint instead of an authority, as the receiver's own openssl says it
# or as cefctl does; another one is told.
sed -i '/^ca-file/d' "$tmp/answers.txt"
print=$(openssl x509 -noout -fingerprint -sha256 -in "$certs/server.pem")
hex=${print#*=}
mkdir trust
for form in "$print" "SHA256 Fingerprint=$hex" "sha-256:$hex" "sha256:$hex" "$hex" \
    "$(echo "$hex" | tr 'A-F' 'a-f')" "$(echo "$hex" | tr -d :)" yes; do
	setup 0 trust/cefd.conf "trust = $form"
	grep -qF "fingerprints = {\"sha-256:$hex\"}" trust/cefd.conf ||
	    fail "trusted: $form"
	rm trust/cefd.conf
done
case $hex in
*00) other=${hex%??}01 ;;
*) other=${hex%??}00 ;;
esac
for form in "$other" "${hex%???}" "$hex:00" sha-256: no-print; do
	setup 1 trust/cefd.conf "trust = $form"
	says "trust: $form is not the fingerprint of the certificate above.*openssl"
	says "trust = sha-256:$hex"
done
setup 1 trust/cefd.conf
says "^cefctl: trust: if the certificate above is.* trust = sha-256:$hex"
echo "ca-file = $certs/ca.pem" >>"$tmp/answers.txt"

# -------------------------------------------------- where it cannot be written
refused 'o/no/such: no such folder: make it' no/such/cefd.conf
mkdir dirc.conf
refused 'is a folder: name a file in it' dirc.conf
refused 'is no regular file' /dev/null
refused 'is a folder: name a file in it' folder-to-be/
nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
[ "$(id -u)" -eq 0 ] && $nobody "$cefd" --version >/dev/null 2>&1 || nobody=
as_nobody()
{
	status=0
	$nobody "$@" >"$tmp/said.log" 2>&1 || status=$?
}
if [ -n "$nobody" ]; then
	install -m 600 -o 65534 "$tmp/answers.txt" "$tmp/its.txt"
	install -m 644 "$certs/ca.pem" "$tmp/ca.pem"
	sed -i "s|$certs|$tmp|" "$tmp/its.txt"
	mkdir -m 700 closed
	for file in closed/cefd.conf its.conf; do
		as_nobody "$cefctl" -c "$file" setup --answers="$tmp/its.txt"
		[ "$status" -eq 73 ] || fail "nobody, $file: exit $status"
		says 'Permission denied: be root, or name a file'
		! grep -q '^ok ' "$tmp/said.log" || fail "nobody: after questions"
	done
	# In its own folder cefd runs, without another right.
	mkdir -m 700 own
	chown 65534 own
	as_nobody "$cefctl" -c own/cefd.conf setup --answers="$tmp/its.txt"
	[ "$status" -eq 0 ] || fail "nobody: exit $status"
	says 'cefd -c .*/own/cefd.conf$'
	says 'own/cefd.spool, its control socket .*/own/cefd.sock'
	# shellcheck disable=SC2086 # words
	start cefd $nobody "$cefd" -c own/cefd.conf
	wait_log cefd 'ready version'
	as_nobody "$cefctl" -c own/cefd.conf status
	[ "$status" -eq 0 ] || fail "status: exit $status"
	stop cefd
fi

# What nobody may change, or only add to, is called so before the first question,
# or, for the token's, which is named by then, before the receiver's.
mkdir fixed
if chattr +i fixed 2>/dev/null; then
	refused 'fixed: is immutable: .*chattr -i' fixed/cefd.conf
	chattr -i fixed
	chattr +a fixed
	refused 'fixed: can only be added to: .*chattr -a' fixed/cefd.conf
	chattr -a fixed
	setup 0 fixed/cefd.conf
	cp "$tmp/answers.txt" "$tmp/kept.txt"
	echo 'overwrite = yes' >>"$tmp/answers.txt"
	chattr +i fixed/cefd.conf
	refused 'cefd.conf: is immutable' fixed/cefd.conf
	chattr -i fixed/cefd.conf
	for token in sim-token other-token-0000; do
		chattr +i fixed/abnormal.token
		setup 73 fixed/cefd.conf "token = $token" 'even-if-unwell = yes'
		chattr -i fixed/abnormal.token
		says 'abnormal.token: is immutable'
		! grep -q '^siem: ' "$tmp/said.log" || fail "asked on"
	done
	rm fixed/abnormal.token
	mkdir fixed/abnormal.token
	setup 73 fixed/cefd.conf
	says 'abnormal.token: is a folder: move it away'
	[ "$(ls -A fixed | tr '\n' ' ')" = 'abnormal.token cefd.conf ' ] ||
	    fail "it leaves $(ls -A fixed)"
	cp "$tmp/kept.txt" "$tmp/answers.txt"
fi

# The draft's own path is nothing to whoever answers.
setup 65 never.conf 'token = Bearer sim-token'
says '^cefctl: token: octet 7 is a blank'

# ------------------------------------------------------- what is there already
mkdir both
setup 0 both/cefd.conf
setup 0 both/tenant.conf 'token = token-of-tenant-2' 'even-if-unwell = yes'
[ "$(cat both/abnormal.token)" = sim-token ] || fail "the first token"
[ "$(cat both/tenant-abnormal.token)" = token-of-tenant-2 ] || fail "the second"
for file in cefd tenant; do
	"$cefd" -p -c "both/$file.conf" >"$tmp/$file.print" ||
	    fail "cefd --print, $file"
done
grep -e ' path = ' -e ' socket = ' "$tmp/cefd.print" | while read -r line; do
	! grep -qF "$line" "$tmp/tenant.print" || fail "both have $line"
done
# One put there by hand.
echo by-hand-1234 >both/acme.token
setup 0 both/other.conf 'name = acme'
[ "$(cat both/acme.token)" = by-hand-1234 ] || fail "another's token"
mkdir hand
echo by-hand-1234 >hand/acme.token
setup 73 hand/cefd.conf 'name = acme'
says 'acme.token: is there with another token, .*give the source another name'
[ ! -e hand/cefd.conf ] && [ "$(cat hand/acme.token)" = by-hand-1234 ] ||
    fail "written all the same"
mv hand/acme.token by-hand
ln -s nowhere hand/acme.token
setup 73 hand/cefd.conf 'name = acme'
says 'acme.token: is a link to nowhere, which is not there.*overwrite = yes'
[ -L hand/acme.token ] || fail "a link is moved aside unasked"
mv by-hand hand/acme.token
setup 0 hand/cefd.conf 'name = acme' 'overwrite = yes'
says 'another token was there, it is .*acme.token.old now'
[ "$(cat hand/acme.token)" = sim-token ] || fail "the token is not written"
[ "$(cat hand/acme.token.old)" = by-hand-1234 ] || fail "the old token"
# The same once more is no change; and a third old one loses no other.
echo '# by hand' >both/cefd.conf
for i in 1 2 3; do
	echo "# $i" >>both/cefd.conf
	cp both/cefd.conf "$tmp/was.$i"
	setup 0 both/cefd.conf 'overwrite = yes'
done
[ ! -e both/abnormal.token.old ] || fail "an old token that is the same"
cmp both/cefd.conf.old "$tmp/was.1" && cmp both/cefd.conf.old.1 "$tmp/was.2" &&
    cmp both/cefd.conf.old.2 "$tmp/was.3" || fail "an old configuration is lost"

# Ended at any moment of the writing, all of it is there or nothing.
if command -v strace >/dev/null && strace -f true 2>/dev/null; then
	mkdir ended
	for call in fsync rename; do
		n=0
		status=1
		while [ "$status" -ne 0 ]; do
			n=$((n + 1))
			[ "$n" -lt 60 ] || fail "$call: no end of it"
			rm -f ended/cefd.conf ended/abnormal.token
			status=0
			strace -o "$tmp/strace.txt" -e trace="$call" \
			    -e inject="$call:signal=TERM:when=$n" \
			    "$cefctl" -c ended/cefd.conf setup \
			    --answers="$tmp/answers.txt" >"$tmp/said.log" 2>&1 ||
			    status=$?
			case $(ls -A ended | tr '\n' ' ') in
			'' | 'abnormal.token cefd.conf ') ;;
			*) fail "$call $n, exit $status: $(ls -A ended)" ;;
			esac
		done
		[ "$n" -gt 3 ] || fail "$call: only $n times"
	done
fi
ls -A "$tmp/o" "$tmp/o/both" | grep -e cefctl -e '\.new$' && fail "it leaves this"
exit 0
