# SPDX-License-Identifier: Apache-2.0
# limit: 200
# With `enrich`, the attachments and links of a threat are asked for once when it
# has something new, and never for one that is only looked at again: 40 threats
# with 3 recipients are 40 requests of each, and a change of status one more. What
# the API shows of a message is in the record of that message. Where it answers
# with 404 there is none; where it fails, the records go without, and are told once
# more when it comes.
. "$(dirname "$0")/lib.sh"
sim --threats 40 --recipients 3 --span 20h
sink in
poll_interval=2s
start=2d
lag=3s
source_more='enrich = {"attachments", "links"}'
configure
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0

asked()
{
	[ "$(sim_count attachments) $(sim_count links)" = "$1 $1" ] ||
	    fail "$(sim_count attachments) requests for attachments and" \
	        "$(sim_count links) for links, not $1"
}
asked 40

# What appears now and was received an hour ago is found at once, and listed
# again when it is judged for longer than the lag: then it is only looked at.
looked_at_again()
{
	sim_add 1 received=-3600s
	poll
	sim_counts detail -gt "$(sim_count threats)"
}
wait_for "a threat without news is looked at again" looked_at_again
settle "$tmp/in.out"
threats=$(sim_count threats)
asked "$threats"

# shown - the links that the API shows, as "message|address".
shown()
{
	sim_get truth | cut -f 4 | sort -u >"$tmp/threats.txt"
	while read -r threat; do
		curl -sSf --noproxy '*' --cacert "$certs/ca.pem" \
		    -H 'Authorization: Bearer sim-token' \
		    "https://127.0.0.1:$sim_port/v1/threats/$threat/links"
	done <"$tmp/threats.txt" |
	    grep -o '"abxMessageIdStr":"[^"]*"\|"linkUrl":"[^"]*"' |
	    cut -d '"' -f 4 | paste -d '|' - - | sed 's/;/%3B/g' | sort -u
}

# told FILE - those in the records, in the same form.
told()
{
	value externalId <"$1" >"$tmp/ids.txt"
	value AbnormalEmailLinkUrls <"$1" | paste -d '|' "$tmp/ids.txt" - |
	    awk -F '|' '{
		n = split($2, urls, ";")
		for (i = 1; i <= n; i++)
			print $1 "|" urls[i]
	    }' | sort -u
}
shown >"$tmp/shown.txt"
grep -v AbnormalEmailTruncated "$tmp/in.out" >"$tmp/whole.out"
told "$tmp/whole.out" >"$tmp/told.txt"
[ "$(wc -l <"$tmp/told.txt")" -ge 50 ] || fail "too few links are told"
[ -z "$(comm -13 "$tmp/shown.txt" "$tmp/told.txt")" ] ||
    fail "a record has another message's link"
value externalId <"$tmp/whole.out" | sort -u >"$tmp/ids.txt"
comm -23 "$tmp/shown.txt" "$tmp/told.txt" | cut -d '|' -f 1 | sort -u |
    comm -12 - "$tmp/ids.txt" >"$tmp/short.txt"
[ ! -s "$tmp/short.txt" ] ||
    fail "links of $(wc -l <"$tmp/short.txt") messages are missing"
say "$(wc -l <"$tmp/told.txt") links are with their messages"

# Ten changes are of ten threats at the most. The links were asked for by us,
# too.
sim_change 5 Manually%20Remediated
settle "$tmp/in.out"
sim_change 5 Marked%20Safe
settle "$tmp/in.out"
more=$(sim_count attachments)
[ "$more" -gt "$threats" ] && [ "$more" -le $((threats + 10)) ] ||
    fail "$((more - threats)) requests for attachments after 10 changes"
[ "$(sim_count links)" -eq $((more + threats)) ] ||
    fail "$(sim_count links) requests for links, not $((more + threats))"

# Three in a row that cannot be had, and the fourth is not asked for in that poll.
# All records go without at once; what could be had later is told later.
sim_fault 404 attachments 0
sim_fault 500 links 6
firsts()
{
	grep -v 'AbnormalEmailUpdate=enriched' "$tmp/in.out" >"$tmp/firsts.out"
}
firsts
lines=$(wc -l <"$tmp/firsts.out")
sim_add 4
without()
{
	ctl poll acme >>"$tmp/poll.log" 2>&1 || true
	wait_drained
	! missing "$tmp/in.out"
}
wait_for "the records without enrichment" without
firsts
[ "$(wc -l <"$tmp/firsts.out")" -eq $((lines + 12)) ] ||
    fail "not 12 records more"
logged cefd 'attachments of .* cannot be had, its records go without' ||
    fail "that attachments are missing is not told"
logged cefd 'links of .* cannot be had, its records go without' ||
    fail "that links are missing is not told"
check_arrived "$tmp/firsts.out" 0

paid()
{
	ctl poll acme >>"$tmp/poll.log" 2>&1 || true
	wait_drained
	shown >"$tmp/shown.txt"
	grep -v AbnormalEmailTruncated "$tmp/in.out" >"$tmp/whole.out"
	told "$tmp/whole.out" >"$tmp/told.txt"
	value externalId <"$tmp/whole.out" | sort -u >"$tmp/ids.txt"
	status_is pending_retries -eq 0 || return 1
	! comm -23 "$tmp/shown.txt" "$tmp/told.txt" | cut -d '|' -f 1 |
	    sort -u | comm -12 - "$tmp/ids.txt" | grep -q .
}
wait_for "what was owed" paid
ctl poll acme >>"$tmp/poll.log" 2>&1 || true
wait_drained
# Of those that failed none may have links, now and then.
grep 'AbnormalEmailUpdate=enriched' "$tmp/in.out" >"$tmp/updates.out" || true
[ "$(wc -l <"$tmp/updates.out")" -le 12 ] || fail "too much was told later"
! value externalId <"$tmp/updates.out" | sort | uniq -d | grep -q . ||
    fail "something was told later twice"
value AbnormalEmailLinkUrls <"$tmp/updates.out" | grep -q '^$' &&
    fail "something was told later that has nothing to add"
status_is pending_retries -eq 0 || fail "something is still owed"
say "$(wc -l <"$tmp/updates.out") records were told once more, with links"

# What is owed when cefd stops for eight days, and still cannot be had then, was
# tried a few times only: it is not given up, and comes when it can be had.
sim_fault 500 links 0
sim_add 6
wait_for "more records without enrichment" without
status_is pending_retries -eq 6 || fail "not 6 are owed"
stop cefd
sim_post 'set?skew=8d'
gone=$(count_log cefd 'the rest of this poll goes without')
run_cefd
goes_without()
{
	[ "$(count_log cefd 'the rest of this poll goes without')" -gt "$gone" ]
}
wait_for "a poll that goes without" goes_without
poll_ends=$(count_log cefd 'poll ends: ok')
another_ended()
{
	[ "$(count_log cefd 'poll ends: ok')" -gt "$poll_ends" ]
}
wait_for "its end" another_ended
wait_drained
[ "$(notices incomplete "$tmp/in.out" | wc -l)" -eq 0 ] || fail "given up"
status_is pending_retries -eq 6 || fail "6 are owed no more"
sim_post clear
wait_for "what is owed since days" paid
