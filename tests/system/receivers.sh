# SPDX-License-Identifier: Apache-2.0
# For the stories with receivers that others wrote: two destinations get the
# same records, the receiver and a sink. The receiver writes the fields that it
# found, with TABs between them; they must be the ones of the sink's octets.
# Sourced after lib.sh.

# fields FILE - what a receiver should find in the records of a sink: PRI, time,
# host, program, message id, structured data, message; "-" is nothing.
fields()
{
	awk '{
		pri = substr($1, 2, index($1, ">") - 2)
		rest = $0
		for (i = 1; i <= 6; i++)
			sub(/^[^ ]* /, "", rest)
		if (match(rest, /^-/) || match(rest, /^\[([^]"]|"[^"]*")*\]+/)) {
			while (substr(rest, RLENGTH + 1, 1) == "[") {
				n = RLENGTH
				match(substr(rest, n + 1), /^\[([^]"]|"[^"]*")*\]/)
				RLENGTH += n
			}
			sd = substr(rest, 1, RLENGTH)
			msg = substr(rest, RLENGTH + 2)
		}
		printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", \
		    pri, $2, $3, $4, $6, sd == "-" ? "" : sd, msg
	}' "$1"
}

# plain FILE - what a receiver wrote, nothing for "-", UTC as Z.
plain()
{
	awk -F '\t' -v OFS='\t' '{
		sub(/\+00:00$/, "Z", $2)
		if ($6 == "-")
			$6 = ""
		print
	}' "$1"
}

# both - a second destination, to a sink, for the same records.
both()
{
	sink ref
	more="destination \"ref\" {
	servers = {\"127.0.0.1:$sink_port\"}
	hostname = \"sender.example\"
	ca-file = \"$certs/ca.pem\"
	${1:-}
}"
}

has_lines()
{
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# same_fields FILE RECORDS - in any order; and the messages are strict CEF.
same_fields()
{
	wait_for "$2 records in $1" has_lines "$1" "$2"
	check_arrived "$tmp/ref.out" 0
	fields "$tmp/ref.out" | sort >"$tmp/expected.txt"
	plain "$1" | sort >"$tmp/got.txt"
	diff "$tmp/expected.txt" "$tmp/got.txt" >"$tmp/diff.log" ||
	    fail "the fields differ"
	rm "$tmp/diff.log"
	cut -f 7 "$tmp/got.txt" | "$tools/strict-lines" --cef >/dev/null ||
	    fail "the messages are not CEF"
	"$tools/strict-lines" <"$tmp/ref.out" >/dev/null ||
	    fail "the records are not RFC 5424"
	say "all fields of $(wc -l <"$tmp/got.txt") records came through"
}

# confirmed_by RECEIVER - its answer to the end of a session was an answer.
confirmed_by()
{
	level=$(ctl status --json | tr '{' '\n' |
	    sed -n '/"name": *"out"/s/.*"confirm_level": *"\([^"]*\)".*/\1/p')
	say "$1 confirms by $level"
	case $level in
	close-notify | eof | relp) ;;
	*) fail "confirm level $level" ;;
	esac
}

# rsyslog NAME DRIVER [INPUT PARAMETERS] - with the fields in NAME.out. DRIVER is
# ossl, gtls or ptcp (no TLS).
rsyslog()
{
	need rsyslogd
	make_certs
	mkdir -p "$tmp/$1.work"
	mode=1
	[ "$2" != ptcp ] || mode=0
	cat >"$tmp/$1.conf" <<CONF
global(workDirectory="$tmp/$1.work" maxMessageSize="64k"
    defaultNetstreamDriver="$2"
    defaultNetstreamDriverCAFile="$certs/ca.pem"
    defaultNetstreamDriverCertFile="$certs/server.pem"
    defaultNetstreamDriverKeyFile="$certs/server.key")
module(load="imtcp" streamDriver.name="$2" streamDriver.mode="$mode" ${4:-})
template(name="fields" type="string" string="%pri%\\t%timereported:::date-rfc3339%\\t%hostname%\\t%app-name%\\t%msgid%\\t%structured-data%\\t%msg%\\n")
ruleset(name="keep") {
	action(type="omfile" file="$tmp/$1.out" template="fields")
}
input(type="imtcp" address="127.0.0.1" port="0" ruleset="keep"
    listenPortFileName="$tmp/$1.port" ${3:-})
CONF
	start "$1" rsyslogd -n -f "$tmp/$1.conf" -i "$tmp/$1.rsyslog-pid"
	wait_for "rsyslog listens" listens_or_gone "$1"
	is_up "$1" || skip "rsyslogd has no $2 driver here"
	sink_port=$(port_of "$tmp/$1.port")
	: >>"$tmp/$1.out"
}

# rsyslog_relp NAME TLS [direct|raw] - imrelp, with the fields in NAME.out, or
# the messages (direct) or whole records (raw) when nothing is queued in memory.
# Started again under the same name it takes the same port.
rsyslog_relp()
{
	need rsyslogd
	make_certs
	mkdir -p "$tmp/$1.work"
	[ -s "$tmp/$1.port" ] || free_port >"$tmp/$1.port"
	sink_port=$(cat "$tmp/$1.port")
	queue= template=fields
	[ -z "${3:-}" ] || {
		queue='queue.type="direct"'
		template=$3
	}
	cat >"$tmp/$1.conf" <<CONF
global(workDirectory="$tmp/$1.work" maxMessageSize="64k")
module(load="imrelp" ruleset="keep")
template(name="fields" type="string" string="%pri%\\t%timereported:::date-rfc3339%\\t%hostname%\\t%app-name%\\t%msgid%\\t%structured-data%\\t%msg%\\n")
template(name="direct" type="string" string="%msg%\\n")
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="keep" $queue) {
	action(type="omfile" file="$tmp/$1.out" template="$template"
	    asyncWriting="off" flushOnTXEnd="on")
}
input(type="imrelp" address="127.0.0.1" port="$sink_port" $2)
CONF
	start "$1" rsyslogd -n -f "$tmp/$1.conf" -i "$tmp/$1.rsyslog-pid"
	wait_for "imrelp listens" accepts_or_gone "$1"
	is_up "$1" || skip "rsyslogd has no imrelp here"
	! logged "$1" 'load module.*imrelp' || skip "rsyslogd has no imrelp here"
	: >>"$tmp/$1.out"
}

# relp_tls - imrelp's parameters for TLS that demands a client certificate.
relp_tls()
{
	echo "tls=\"on\" tls.authMode=\"certvalid\"
	    tls.caCert=\"$certs/ca.pem\" tls.myCert=\"$certs/server.pem\"
	    tls.myPrivKey=\"$certs/server.key\""
}

# Somebody listens on NAME's port, or its program has ended. (A connection of
# ours would be an error in its log.)
accepts_or_gone()
{
	gone "$(cat "$tmp/$1.pid")" || logged "$1" 'load module.*imrelp' ||
	    grep -q ":$(printf %04X "$(cat "$tmp/$1.port")") 00000000:0000 0A" \
	        /proc/net/tcp
}

listens_or_gone()
{
	[ -s "$tmp/$1.port" ] || gone "$(cat "$tmp/$1.pid")"
}

# find_syslog_ng - the program in $syslog_ng; see get-syslog-ng.sh.
find_syslog_ng()
{
	for syslog_ng in "${SYSLOG_NG:-/nonexistent}/syslog-ng" \
	    "$top_builddir/tests/system/syslog-ng/syslog-ng"; do
		[ ! -x "$syslog_ng" ] || return 0
	done
	syslog_ng=$(command -v syslog-ng) ||
	    skip "no syslog-ng; see tests/system/get-syslog-ng.sh"
}

# syslog_ng NAME SOURCE - with the fields in NAME.out. In SOURCE, PORT stands for
# the port, CERTS for the folder of the certificates.
syslog_ng()
{
	find_syslog_ng
	make_certs
	sink_port=$(free_port)
	source=$(echo "$2" | sed "s|PORT|$sink_port|g; s|CERTS|$certs|g")
	cat >"$tmp/$1.conf" <<CONF
@version: 3.38
options {
	keep-hostname(yes); use-dns(no); stats-freq(0);
	frac-digits(3); time-zone("UTC"); log-msg-size(65536);
};
source in { $source };
destination out {
	file("$tmp/$1.out" template("\${PRI}\\t\${S_ISODATE}\\t\${HOST}\\t\${PROGRAM}\\t\${MSGID}\\t\${SDATA}\\t\${MSG}\\n"));
};
log { source(in); destination(out); };
CONF
	start "$1" "$syslog_ng" -F --no-caps -f "$tmp/$1.conf" \
	    --persist-file="$tmp/$1.persist" --control="$tmp/$1.ctl" \
	    --pidfile="$tmp/$1.syslog-ng-pid"
	wait_for "syslog-ng listens" sh -c "'$tools/poke' -t -w 50 127.0.0.1 \
	    $sink_port </dev/null | grep -qv refused"
	is_up "$1" || fail "syslog-ng ended"
	: >>"$tmp/$1.out"
}

# every_format NAME PORT [MORE] - destinations NAME-FORMAT to a port, one
# for each format; appended to $more.
every_format()
{
	for format in cef json leef rfc5424-sd; do
		more="$more
destination \"$1-$format\" {
	servers = {\"127.0.0.1:$2\"}
	hostname = \"sender.example\"
	ca-file = \"$certs/ca.pem\"
	format = \"$format\"
	${3:-}
}"
	done
}

# parts FILE - the header's words of a sink's records with TABs between them,
# then structured data and message.
parts()
{
	sed -E 's/^<([0-9]+)>1 ([^ ]+) ([^ ]+) ([^ ]+) - ([^ ]+) /\1\t\2\t\3\t\4\t\5\t/' "$1"
}
