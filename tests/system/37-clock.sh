# SPDX-License-Identifier: Apache-2.0
# limit: 200
# The API's clock is a day behind this machine's, then a day ahead. `start` is 24
# hours of the API's time: 30 threats of its last 20 hours arrive, and so do 10
# that come meanwhile, each of the 80 records once, over a restart. One line of
# the log tells of the clock in each life.
. "$(dirname "$0")/lib.sh"
sink in
start=24h
base=$(date +%s)
for skew in -1d +1d; do
	case $skew in
	-*) now=$((base - 86400)) word='ahead of' ;;
	*) now=$((base + 86400)) word=behind ;;
	esac
	sim --skew "${skew#+}" --threats 30 --recipients 2 --span 20h \
	    --base "$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)"
	configure
	run_cefd
	settle "$tmp/in.out"
	sim_add 10
	settle "$tmp/in.out"
	check_arrived "$tmp/in.out" 0
	[ "$(wc -l <"$tmp/in.out")" -eq 80 ] ||
	    fail "$(wc -l <"$tmp/in.out") lines with $skew, not 80"
	stop cefd
	run_cefd
	poll
	wait_drained
	[ "$(wc -l <"$tmp/in.out")" -eq 80 ] || fail "sent again with $skew"
	[ "$(count_log cefd "s $word the API's, which is used")" -eq 2 ] ||
	    fail "the clock is not told of once in each of two lives"
	stop cefd
	stop sim
	rm -rf "$tmp/spool" "$tmp/in.out" "$tmp/cefd.log"
	stop in
	sink in
done

# So far behind that the API does not keep that time any more: each list is
# refused, and the refusal tells the time.
sim --skew 400d --retention 90d --threats 10 --recipients 2 --span 20h \
    --base "$(date -u -d "@$((base + 400 * 86400))" +%Y-%m-%dT%H:%M:%SZ)"
configure
run_cefd
settle "$tmp/in.out"
check_arrived "$tmp/in.out" 0
[ "$(wc -l <"$tmp/in.out")" -eq 20 ] || fail "$(wc -l <"$tmp/in.out") lines, not 20"
wait_log cefd "s behind the API's, which is used"
stop cefd
stop sim
rm -rf "$tmp/spool" "$tmp/in.out" "$tmp/cefd.log"
stop in
sink in

sim --threats 30 --recipients 2 --span 20h --tokens-denied
configure
run_cefd
settle "$tmp/in.out"
sim_post "set?skew=3650d"
poll # Several replies have to say so.
lists=$(sim_count list)
ctl poll acme >"$tmp/poll.log" 2>&1 &
poller=$!
wait_for "lists of the years to come" sim_counts list -gt $((lists + 40))
sim_post "set?skew=0s"
lists=$(sim_count list)
wait "$poller" || fail "cefctl poll: exit $?"
sim_add 5
settle "$tmp/in.out"
say "$(($(sim_count list) - lists)) lists after the clock is right again"
[ $(($(sim_count list) - lists)) -le 300 ] || fail "years to come are listed"
check_arrived "$tmp/in.out" 0

# A Date of before there was such an API is none, however often it is said.
sim_post "set?skew=-9000d"
for turn in 1 2 3 4; do
	poll
done
sim_post "set?skew=0s"
lists=$(sim_count list)
sim_add 5
settle "$tmp/in.out"
[ $(($(sim_count list) - lists)) -le 300 ] || fail "years long gone are listed"
check_arrived "$tmp/in.out" 0
