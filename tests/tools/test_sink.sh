#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# The receiver of the system tests does what its options say: what is stored,
# what is dropped, and how each of its manners looks to a sender (tests/bin/poke
# is that sender).
. "$(dirname "$0")/../system/lib.sh"
patience=10

# is EXPECTED ACTUAL WHAT
is()
{
	[ "$1" = "$2" ] || fail "$3: \"$2\", not \"$1\""
}

# poke OPTION... - what the receiver answers; octets come from stdin.
poke()
{
	case " $* " in
	*" -t "*) ;;
	*) set -- -a "$certs/ca.pem" "$@" ;;
	esac
	"$tools/poke" "$@" 127.0.0.1 "$sink_port"
}

three='5 first6 second5 third'

# Good manners, and a torn frame at the end that is not stored.
sink good
is close-notify "$(printf '%s' "$three" | poke)" "a normal end"
is close-notify "$(printf '6 fourth7 tor' | poke)" "a torn end"
printf 'first\nsecond\nthird\nfourth\n' | cmp -s - "$tmp/good.out" ||
    fail "normal: $(cat "$tmp/good.out")"
wait_sunk good torn -eq 1
wait_sunk good open -eq 0
is 4 "$(sunk good records)" "records counted"
is 2 "$(sunk good close_notify)" "ends counted"
wait_sunk good tls = TLSv1.3
is refused "$(printf x | "$tools/poke" -a "$certs/other-ca.pem" 127.0.0.1 \
    "$sink_port")" "another authority"
wait_sunk good handshake_failed -eq 1

# A record with a line end inside is still one line; bad framing is an end.
printf '3 a\nb' | poke >/dev/null
is 'a#012b' "$(tail -n 1 "$tmp/good.out")" "a line end inside"
for bad in '<14>1 no count' '05 zero first'; do
	answer=$(printf '%s' "$bad" | poke)
	[ "$answer" != close-notify ] || fail "$bad: $answer"
done
wait_sunk good bad_frames -eq 2

# Killed while it writes a line, the next life begins with a whole line.
kill9 good
printf 'half a li' >>"$tmp/good.out"
sink good
is 'a#012b' "$(tail -n 1 "$tmp/good.out")" "a torn line"

# Lines over plain TCP.
sink lines --tcp --lf
is eof "$(printf 'one\ntwo\ntorn' | poke -t)" "tcp"
printf 'one\ntwo\n' | cmp -s - "$tmp/lines.out" || fail "lines"
wait_sunk lines torn -eq 1
wait_sunk lines eof -eq 1

# TLS 1.3 and a client certificate: the handshake looks well to the sender.
sink demanding --verify-client --ca "$certs/ca.pem" --tls-min 1.3
is reset "$(printf '%s' "$three" | poke)" "no certificate, 1.3"
is close-notify "$(printf '%s' "$three" |
    poke -c "$certs/client.pem" -k "$certs/client.key")" "a certificate"
wait_sunk demanding client_name = client
is 3 "$(wc -l <"$tmp/demanding.out")" "records of the one with a certificate"
sink old --verify-client --ca "$certs/ca.pem" --tls-max 1.2
is refused "$(printf '%s' "$three" | poke)" "no certificate, 1.2"

# manner MODE ANSWER STORED [POKE OPTION] - of the first connection only.
manner()
{
	name=$(echo "$1" | tr '=' '-')
	sink "$name" --mode "$1" --connections 1
	is "$2" "$(printf '%s' "$three" | poke -w "$wait_ms" ${4:+$4})" "$1"
	is "$3" "$(wc -l <"$tmp/$name.out")" "$1: stored"
	is close-notify "$(printf '%s' "$three" | poke)" "after $1"
	is "$(($3 + 3))" "$(wc -l <"$tmp/$name.out")" "$1: stored after"
}
wait_ms=300
manner close-at-accept refused 0
manner silent-at-accept refused 0
manner reset-after=2 reset 2
manner half-close-after=2 close-notify 2
manner stop-reading-after=2 nothing 2
manner never-answer-close nothing 3
manner eof-only eof 3
# The time is for a sender on a busy machine, who is not to seem idle.
wait_ms=10000
manner idle-close=1000 close-notify 3 -h
wait_ms=300
manner normal nothing 3 -h

# An orderly end with unread octets behind it: the kernel makes it a reset, or
# the sender reads the end first.
sink closing --mode close-after=2
printf '%s' "$three" | poke >/dev/null
is 2 "$(wc -l <"$tmp/closing.out")" "close-after"

# It kills itself after the second record.
sink dying --mode exit-after=2
printf '%s' "$three" | poke >/dev/null || true
wait_exit dying
is 137 "$status" "the exit code of a killed one"
is 2 "$(wc -l <"$tmp/dying.out")" "exit-after"

# 20,000 octets a second: 10,000 take half a second.
sink slow --tcp --lf --mode slow=20000 --rcvbuf 4096
begin=$(date +%s%N)
awk 'BEGIN { for (i = 0; i < 1000; i++) print "123456789" }' | poke -t >/dev/null
took=$((($(date +%s%N) - begin) / 1000000))
[ "$took" -ge 400 ] || fail "slow took $took ms only"
is 1000 "$(wc -l <"$tmp/slow.out")" "slow"

# IPv6.
sink six --listen '[::1]:0'
is close-notify "$(printf '%s' "$three" |
    "$tools/poke" -a "$certs/ca.pem" ::1 "$sink_port")" "IPv6"

stop six
[ "$status" -eq 0 ] || fail "SIGTERM: exit $status"
say "all manners seen"
