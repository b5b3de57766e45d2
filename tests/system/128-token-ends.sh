#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# What is told of a token's end is true of that token. One that is exchanged in
# the middle of a life's first poll is taken into use as soon as the old one is
# refused. Of several active tokens nothing says which is ours: the end of the
# first is told as that, and when it has passed while ours is good nothing has
# expired. With the token goes what was known of its end, also when the new one
# may not ask. A token that is refused after its end has expired, and one that
# is good after the date in token-expires has not.
. "$(dirname "$0")/lib.sh"
sim --threats 20 --recipients 1 --tokens 2 --token-expires +5d \
    --token ""
sink in
start=3d
configure

new_token()
{
	(umask 077 && echo "token-$1" >"$tmp/token.new")
	mv "$tmp/token.new" "$tmp/token"
}

# expires_in SECONDS - that is what the API says of the first token.
expires_in()
{
	end=$(($(date +%s) + $1))
	sim_post "set?token-expires=$(date -u -d "@$end" +%Y-%m-%dT%H:%M:%SZ)"
}

# told_end DATE - what status says of it; "" for nothing.
told_end()
{
	case $(status_of token_expires) in
	"${1:-null}"*) return 0 ;;
	esac
	return 1
}

passed()
{
	[ "$(date +%s)" -gt "$1" ]
}

asked_for_tokens()
{
	wait_for "tokens are asked for $1 times" sim_counts tokens -eq "$1"
	wait_for "the answer is there" told_end "$2"
}

# The token is read, and the first list has no answer yet.
sim_post 'set?latency=2s'
run_cefd
wait_for "a list is asked for" logged cefd 'GET .*/v1/threats?'
new_token 2
sim_fault 401 any 0
wait_for "the source is denied" source_is acme denied
sim_post clear
sim_post 'set?latency=0ms'
wait_log cefd 'the token file has changed'
wait_for "the source is well" source_is acme ok

# Another's, perhaps.
wait_log cefd 'an API token of this tenant expires soon.*days=[45]'
told_end "" || fail "an end that may be another's: $(status_of token_expires)"
notices token "$tmp/in.out" >"$tmp/notices.txt"
grep -q 'API token of this tenant' "$tmp/notices.txt" ||
    fail "the notice: $(cat "$tmp/notices.txt")"
expires_in 5
new_token 3
poll
asked_for_tokens 2 ""
wait_log cefd 'an API token of this tenant expires soon.*days=0'
wait_for "it has ended" passed "$end"
poll
# The other one alone is left, so that is ours.
asked_for_tokens 3 "$(date -u -d "@$((end + 30 * 86400))" +%Y-%m-%d)"

# Ours alone: there was no other.
sim_post 'set?tokens=1'
expires_in $((5 * 86400))
new_token 4
poll
asked_for_tokens 4 "$(date -u -d "@$end" +%Y-%m-%d)"
wait_log cefd 'the token expires soon.*days=[45]'
expires_in $((300 * 86400))
new_token 5
poll
asked_for_tokens 5 "$(date -u -d "@$end" +%Y-%m-%d)"
sim_post 'set?tokens-denied=1'
new_token 6
poll
asked_for_tokens 6 ""
! logged cefd 'has expired' || fail "something has expired"

# It ends, and is refused from then on.
sim_post 'set?tokens-denied=0'
expires_in 5
new_token 7
poll
asked_for_tokens 7 "$(date -u -d "@$end" +%Y-%m-%d)"
wait_for "it has ended" passed "$end"
sim_fault 401 any 0
! ctl poll acme >>"$tmp/poll.log" 2>&1 || fail "it is good after its end"
wait_log cefd 'the token has expired'
told_end "$(date -u -d "@$end" +%Y-%m-%d)" || fail "status hides its end"
sim_post clear

source_more='token-expires = 2026-01-01'
configure
ctl reload >>"$tmp/poll.log" || fail "reload: exit $?"
poll
wait_log cefd 'token-expires has passed and the token is good'
told_end "" || fail "a good token has ended at $(status_of token_expires)"
[ "$(count_log cefd 'has expired')" -eq 1 ] || fail "two have expired"
wait_drained
[ "$(notices token "$tmp/in.out" | grep -c act=expired)" -eq 1 ] ||
    fail "two have expired"
