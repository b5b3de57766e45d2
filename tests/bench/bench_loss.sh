#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_loss.sh [RECORDS]: the receiver is killed with -9 five times while the
# records flow, and started again: by cefd, rsyslog and syslog-ng, each from a
# full queue on disk, how many are lost and how many came again. Then what a
# million records have cost each without the kills: seconds of processor, and
# octets that went to the disk.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
. "$(dirname "$0")/others.sh"
patience=600
records=${1:-300000}
size=700
kills=5
source_more='enabled = false'
quota=16GiB

# Records in NAME.out: all, lost, again. A receiver that dies may leave half a
# line, to which the next one's first is put; so the number is what counts.
count()
{
	grep -ao ' externalId=[0-9]*' "$1" | awk -F = -v all="$records" '
	{ if ($2 in seen) again++; seen[$2] = 1 }
	END {
		for (i = 1; i <= all; i++)
			if (!(i in seen))
				lost++
		printf "%d %d\n", lost, again
	}'
}

# killed NAME - receivers on $out_port that die five times, and one that lives.
killed()
{
	part=$((records / (kills + 1)))
	for n in $(seq $kills); do
		sink "$1-in" --listen "127.0.0.1:$out_port" \
		    --mode "exit-after=$part"
		wait_exit "$1-in"
	done
	sink "$1-in" --listen "127.0.0.1:$out_port"
}

# settled NAME - nothing has come for five seconds.
settled()
{
	before=-1
	while [ "$(sunk "$1" records)" != "$before" ]; do
		before=$(sunk "$1" records)
		sleep 5
	done
}

loss_row()
{
	stop "$1-in"
	count "$tmp/$1-in.out" | {
		read -r lost again
		printf 'bench_loss: %-28s %8d lost %8d again\n' "$2" "$lost" \
		    "$again"
		[ "$1" != cefd ] || [ "$lost" -eq 0 ] || say "FAIL: cefd lost some"
	}
	rm -f "$tmp/$1-in.out"
}

loss_cefd()
{
	out_port=$(free_port)
	sink_port=$out_port
	configure
	mkdir -p "$tmp/spool"
	"$tools/fill" --spool "$tmp/spool" --queue out --records "$records" \
	    --size "$size" || fail "fill"
	run_cefd
	killed cefd
	wait_drained
	stop cefd
	rm -rf "$tmp/spool"
	loss_row cefd "cefd"
}

loss_other()
{
	run_other "$1" "$records" "$size"
	killed "$1"
	settled "$1-in"
	kill9 "$1"
	loss_row "$1" "$(name_of "$1")"
}

# cost_row NAME FILE... - the sum of what was measured, for a million records.
cost_row()
{
	what=$1
	shift
	cat "$@" | awk -v what="$what" -v n="$records" '
	{ cpu += $1; octets += $2 }
	END {
		printf "bench_loss: %-44s %7.2f s of processor, %7.0f MB to " \
		    "disk\n", what, cpu * 1e6 / n, octets * 1e6 / n / 1e6
	}'
}

# What it takes in is committed by the same code in fill as in cefd; a whole
# life, from the API's JSON on, is measured by bench_intake.
cost_cefd()
{
	mkdir -p "$tmp/spool"
	"$tools/bench_usage" "$tmp/fill.usage" "$tools/fill" \
	    --spool "$tmp/spool" --queue out --records "$records" \
	    --size "$size" || fail "fill"
	sink cost-in --count-only
	configure
	start cefd "$tools/bench_usage" "$tmp/cefd.usage" "$cefd" \
	    -c "$tmp/cefd.conf"
	wait_for "all confirmed" all_confirmed
	stop cefd
	stop cost-in
	rm -rf "$tmp/spool"
	cost_row "cefd, committed and sent" "$tmp/fill.usage" "$tmp/cefd.usage"
}

all_confirmed()
{
	[ "$(status_of confirmed)" -ge "$records" ]
}

cost_other()
{
	wrap="$tools/bench_usage $tmp/$1.usage"
	run_other "$1" "$records" "$size"
	sink cost-in --count-only --listen "127.0.0.1:$out_port"
	wait_sunk cost-in records -ge "$records"
	stop "$1"
	stop cost-in
	wrap=
	cost_row "$(name_of "$1"), taken in and sent" "$tmp/$1.usage"
}

make_certs
find_others
say "$records records, the receiver killed $kills times"
loss_cefd
for other in $others; do
	loss_other "$other"
done
say "cost of a million records"
cost_cefd
for other in $others; do
	cost_other "$other"
done
