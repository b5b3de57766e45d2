#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench_drain.sh [RECORDS [ROUNDS]]: a full queue is drained over TLS to a
# receiver that only counts: by cefd's sender, in turns with a bare SSL_write
# loop; then the same records by rsyslog and by syslog-ng, from disk queues that
# were filled while the receiver was away, to the same receiver.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../system/lib.sh"
patience=300
records=${1:-500000}
rounds=${2:-7}
size=700
rounds_others=3
syslog_ng=${SYSLOG_NG:-$top_builddir/tests/system/syslog-ng}/syslog-ng

listens()
{
	grep -q "$(printf ':%04X 00000000:0000 0A' "$1")" /proc/net/tcp
}

# other NAME VERSION RUN - the same work by another program. RUN starts it; it
# is to take records at $in_port and to send them to $out_port.
other()
{
	: >"$tmp/$1.rates"
	round=0
	while [ "$round" -lt "$rounds_others" ]; do
		other_round "$1" "$3"
		round=$((round + 1))
	done
	sort -n "$tmp/$1.rates" | awk -v who="$1 $2" '
	{ rate[NR] = $1 }
	END {
		printf "bench_drain: %s, disk queue: %d records/s " \
		    "(%d-%d, %d rounds)\n", who, rate[int((NR + 1) / 2)],
		    rate[1], rate[NR], NR
	}'
}

# Timed from the first octet of the handshake that the receiver sees to the
# last octet of the last record.
other_round()
{
	out_port=$(free_port)
	in_port=$(free_port)
	rm -rf "$tmp/queue"
	mkdir "$tmp/queue"
	"$2"
	wait_for "$1 listens" listens "$in_port"
	"$tools/bench_feed" -p "$in_port" -f "$tools/fill" -n "$records" \
	    -s "$size" || fail "$1 cannot be fed"
	sink other --count-only --listen "127.0.0.1:$out_port"
	wait_sunk other records -ge "$records"
	stop other
	awk -v n="$records" -v ns="$(sunk other busy_ns)" \
	    'BEGIN { printf "%.0f\n", n * 1e9 / ns }' >>"$tmp/$1.rates"
	kill9 "$1"
}

run_rsyslog()
{
	cat >"$tmp/rsyslog.conf" <<CONF
global(workDirectory="$tmp/queue"
    defaultNetstreamDriverCAFile="$certs/ca.pem")
module(load="imptcp")
template(name="raw" type="string" string="%rawmsg%")
input(type="imptcp" address="127.0.0.1" port="$in_port" ruleset="out")
ruleset(name="out" queue.type="Direct") {
	action(type="omfwd" target="127.0.0.1" port="$out_port" protocol="tcp"
	    template="raw" tcp_framing="octet-counted"
	    streamDriver="$driver" streamDriverMode="1"
	    streamDriverAuthMode="x509/certvalid"
	    queue.type="Disk" queue.filename="drain" queue.maxFileSize="64m"
	    queue.size="100000000" queue.timeoutEnqueue="600000"
	    queue.dequeueBatchSize="1024"
	    action.resumeRetryCount="-1" action.resumeInterval="1")
}
CONF
	start rsyslog rsyslogd -n -f "$tmp/rsyslog.conf" -i "$tmp/rsyslogd.pid"
}

run_syslog_ng()
{
	cat >"$tmp/syslog-ng.conf" <<CONF
@version: $syslog_ng_version
options { keep-hostname(yes); use-dns(no); stats-freq(0); time-reopen(1); };
source in {
	syslog(ip("127.0.0.1") port($in_port) transport("tcp")
	    log-iw-size(10000) log-fetch-limit(1000));
};
destination out {
	syslog("127.0.0.1" port($out_port) transport("tls")
	    tls(ca-file("$certs/ca.pem") peer-verify(yes))
	    disk-buffer(reliable(yes) disk-buf-size(4294967296)
		mem-buf-size(163840000) dir("$tmp/queue")));
};
log { source(in); destination(out); flags(flow-control); };
CONF
	start syslog-ng "$syslog_ng" -F --no-caps -f "$tmp/syslog-ng.conf" \
	    -R "$tmp/queue/persist" -c "$tmp/syslog-ng.ctl" \
	    -p "$tmp/syslog-ng.pid2"
}

sink sink --count-only
"$tools/bench_drain" -p "$sink_port" -a "$certs/ca.pem" -f "$tools/fill" \
    -n "$records" -r "$rounds" || fail "bench_drain"
stop sink

driver=
for name in ossl gtls; do
	for folder in /usr/lib/*/rsyslog /usr/lib/rsyslog /usr/lib64/rsyslog; do
		[ -n "$driver" ] || [ ! -e "$folder/lmnsd_$name.so" ] ||
		    driver=$name
	done
done
if command -v rsyslogd >/dev/null && [ -n "$driver" ]; then
	other rsyslog "$(rsyslogd -v | sed -n '1s/rsyslogd *\([0-9.]*\).*/\1/p'
	    ) ($driver)" run_rsyslog
else
	echo "bench_drain: rsyslog with TLS is not here: skipped"
fi
[ -x "$syslog_ng" ] || syslog_ng=$(command -v syslog-ng) || syslog_ng=
if [ -n "$syslog_ng" ]; then
	syslog_ng_version=$("$syslog_ng" --version |
	    sed -n 's/^Config version: *//p')
	other syslog-ng "$("$syslog_ng" --version |
	    sed -n '1s/.*(\(.*\)).*/\1/p')" run_syslog_ng
else
	echo "bench_drain: syslog-ng is not here: skipped" \
	    "(tests/system/get-syslog-ng.sh unpacks one)"
fi
