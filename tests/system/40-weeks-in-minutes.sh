# SPDX-License-Identifier: Apache-2.0
# limit: 280
# Three tenants' bad weeks, each drawn from a seed (SEED repeats the first): for
# about 15 seconds threats and changes of status come in by the dozen while the
# API fails in all its ways, the receiver goes and comes back, cefd is killed
# with -9, stopped and reloaded. Then all is quiet. The state of each message
# that the API has ever shown last is there, nothing is invented, and what came
# twice came in the same octets: at most a session of 100 records for each end of
# cefd or of the receiver.
. "$(dirname "$0")/lib.sh"
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
session=100
poll_interval=300ms
start=2d
destination_more="session-records = $session"

# turns SEED - what happens, and how many seconds after what was before.
turns()
{
	awk -v seed="$1" '
	function one_of(words, list) {
		return list[int(rand() * split(words, list, " ")) + 1]
	}
	BEGIN {
		srand(seed)
		for (time = 0; time < 15; time += wait) {
			wait = 0.1 + rand() * 0.7
			turn = one_of("fault fault fault fault add add " \
			    "recipient change kill stop receiver reload")
			printf "%.2f %s %s %s %d\n", wait, turn,
			    one_of("500 502 503 429 html broken-json " \
			        "truncated reset empty 404"),
			    one_of("list detail any"), 1 + rand() * 4
		}
	}'
}

# settings - as they are now; a reload finds others.
settings()
{
	source_more="timeout = \"2s\" max-in-flight = $1"
	sink_port=$(cat "$tmp/in.port")
	configure
}

take_turn()
{
	case $1 in
	fault)
		# A list that is not found is a filter that is wrong.
		case $2-$3 in
		404-*) sim_fault 404 detail "$4" ;;
		429-*) sim_fault 429 "$3" 1 retry-after=1 ;;
		*) sim_fault "$2" "$3" "$4" ;;
		esac
		;;
	add) sim_add "$4" "received=-$4h&spread=30m" ;;
	recipient) sim_post "recipient?count=$4&received=-$4h" ;;
	change) sim_change $((4 * $4)) Manually%20Remediated ;;
	kill)
		kill9 cefd
		ends=$((ends + 1))
		breaks=$((breaks + 1))
		run_cefd
		;;
	stop)
		stop cefd
		ends=$((ends + 1))
		breaks=$((breaks + 1))
		run_cefd
		;;
	receiver)
		stop in
		ends=$((ends + 1))
		sink in
		;;
	reload)
		breaks=$((breaks + 1))
		settings "$4"
		kill -HUP "$(cat "$tmp/cefd.pid")"
		;;
	esac
}

# shown FATE - the states of that fate that some reply has shown.
shown()
{
	sim_get truth | awk -F '\t' -v fate="$1" '$7 == fate && $8 > 0 {
		gsub(/\\\\/, "\\", $3)
		print $1 "|" $2 "|" $3
	}' | sort -u
}

calm()
{
	timeout 2 "$cefctl" -s "$tmp/ctl" poll acme >>"$tmp/poll.log" 2>&1 ||
	    return 1
	drained && status_is pending_retries -eq 0 || return 1
	shown now >"$tmp/due.txt"
	states "$tmp/in.out" | sort -u >"$tmp/came.txt"
	comm -23 "$tmp/due.txt" "$tmp/came.txt" >"$tmp/missing.txt"
	[ ! -s "$tmp/missing.txt" ]
}

for turn in 0 1 2; do
	say "SEED=$((seed + turn))"
	rm -rf "$tmp/spool" "$tmp/in.out"
	ends=0
	breaks=0
	sim --threats 100 --recipients 1-4 --span 1d --latency 3ms \
	    --seed "$((seed + turn))" --grow 8 --changes 8
	sink in
	settings 4
	run_cefd
	turns "$((seed + turn))" >"$tmp/turns.txt"
	while read -r pause what kind where number; do
		sleep "$pause"
		take_turn "$what" "$kind" "$where" "$number"
	done <"$tmp/turns.txt"
	sim_post 'set?grow=0'
	sim_post 'set?changes=0'
	sim_post clear
	wait_for "SEED=$((seed + turn)) is calm" calm
	records threat "$tmp/in.out" >"$tmp/threats.out"
	check_genuine "$tmp/threats.out" $((ends * session))
	# What a reply had shown to a life that ended, or was reloaded, before
	# its commit, and what was no more when the next one asked.
	lost=$(shown was | comm -23 - "$tmp/came.txt" | wc -l)
	say "$(wc -l <"$tmp/due.txt") messages, $ends ends, $breaks breaks," \
	    "$lost states passed unseen"
	[ "$lost" -le $((breaks * 20)) ] ||
	    fail "$lost states were shown and did not come"
	stop cefd
	stop in
	stop sim
done
