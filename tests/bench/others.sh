# SPDX-License-Identifier: Apache-2.0
# rsyslog and syslog-ng as forwarders with a queue on disk: they take records at
# $in_port over TCP and send them to $out_port over TLS, from the folder
# $tmp/queue. Sourced after lib.sh. $wrap is put before the program.
wrap=
syslog_ng=${SYSLOG_NG:-$top_builddir/tests/system/syslog-ng}/syslog-ng

# find_others - which of them are here, in $others; and what they are called.
find_others()
{
	others=
	driver=
	for name in ossl gtls; do
		for folder in /usr/lib/*/rsyslog /usr/lib/rsyslog \
		    /usr/lib64/rsyslog; do
			[ -n "$driver" ] || [ ! -e "$folder/lmnsd_$name.so" ] ||
			    driver=$name
		done
	done
	if command -v rsyslogd >/dev/null && [ -n "$driver" ]; then
		others=rsyslog
		name_rsyslog="rsyslog $(rsyslogd -v |
		    sed -n '1s/rsyslogd *\([0-9.]*\).*/\1/p') ($driver)"
	else
		say "rsyslog with TLS is not here: skipped"
	fi
	[ -x "$syslog_ng" ] || syslog_ng=$(command -v syslog-ng) || syslog_ng=
	if [ -n "$syslog_ng" ]; then
		others="$others syslog_ng"
		syslog_ng_version=$("$syslog_ng" --version |
		    sed -n 's/^Config version: *//p')
		name_syslog_ng="syslog-ng $("$syslog_ng" --version |
		    sed -n '1s/.*(\(.*\)).*/\1/p')"
	else
		say "syslog-ng is not here: skipped" \
		    "(tests/system/get-syslog-ng.sh unpacks one)"
	fi
}

# name_of OTHER
name_of()
{
	eval "echo \"\$name_$1\""
}

listens()
{
	grep -q "$(printf ':%04X 00000000:0000 0A' "$1")" /proc/net/tcp
}

# run_other OTHER RECORDS SIZE - started, and given the records while nobody
# listens on $out_port.
run_other()
{
	out_port=$(free_port)
	in_port=$(free_port)
	rm -rf "$tmp/queue"
	mkdir "$tmp/queue"
	"run_$1"
	wait_for "$1 listens" listens "$in_port"
	"$tools/bench_feed" -p "$in_port" -f "$tools/fill" -n "$2" -s "$3" ||
	    fail "$1 cannot be fed"
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
	start rsyslog $wrap rsyslogd -n -f "$tmp/rsyslog.conf" \
	    -i "$tmp/rsyslogd.pid"
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
	start syslog_ng $wrap "$syslog_ng" -F --no-caps \
	    -f "$tmp/syslog-ng.conf" -R "$tmp/queue/persist" \
	    -c "$tmp/syslog-ng.ctl" -p "$tmp/syslog-ng.pid2"
}

# middle FILE - the median of its first words, and the span: "MEDIAN LOW-HIGH".
middle()
{
	sort -n "$1" | awk '{ v[NR] = $1 }
	    END { print v[int((NR + 1) / 2)], v[1] "-" v[NR] }'
}
