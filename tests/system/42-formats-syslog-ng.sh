#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Every format to real syslog-ng over TLS, which takes nothing that is not
# RFC 5424: 30 threats with 2 recipients, four times. It finds the header and the
# message that a sink got, a TAB as a TAB, and in structured data every id.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
syslog_ng sng 'syslog(ip(127.0.0.1) port(PORT) transport("tls")
	tls(cert-file("CERTS/server.pem") key-file("CERTS/server.key")
	    peer-verify(optional-untrusted)));'
sng_port=$sink_port
sim --threats 30 --recipients 2
sink ref
ref_port=$sink_port
sink unused
more=
every_format sng "$sng_port"
every_format ref "$ref_port"
configure
run_cefd
poll
wait_drained
wait_for "240 records in sng.out" has_lines "$tmp/sng.out" 240

# The order of parameters is its own, so structured data is compared by its id.
id='s/\t\[.*externalId="([^"]*)".*\] /\t\1 /'
parts "$tmp/ref.out" | sed -E "s/\t- /\t /; $id" | sort >"$tmp/expected.txt"
sed -E "s/\t/ /6; s/\+00:00\t/Z\t/; $id" "$tmp/sng.out" | sort >"$tmp/got.txt"
diff "$tmp/expected.txt" "$tmp/got.txt" >"$tmp/diff.log" ||
    fail "the fields differ"
rm "$tmp/diff.log"
say "60 records in each of four formats"
