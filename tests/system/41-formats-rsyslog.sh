#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Every format to real rsyslog over plain TCP with a NUL behind each record: 30
# threats with 2 recipients, four times. rsyslog finds the header, the structured
# data and the message that a sink got. It writes a TAB as #011.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/receivers.sh"
rsyslog rs ptcp 'addtlFrameDelimiter="0"'
rs_port=$sink_port
sim --threats 30 --recipients 2
sink ref --tcp
ref_port=$sink_port
sink unused --tcp
transport=tcp
more=
every_format rs "$rs_port" 'transport = "tcp" framing = "nul"'
every_format ref "$ref_port" 'transport = "tcp"'
more=$(echo "$more" | grep -v ca-file)
configure
run_cefd
poll
wait_drained
wait_for "240 records in rs.out" has_lines "$tmp/rs.out" 240
parts "$tmp/ref.out" | sed 's/\t/#011/6g' | sort >"$tmp/expected.txt"
sed 's/\t/ /6; s/+00:00\t/Z\t/' "$tmp/rs.out" | sort >"$tmp/got.txt"
diff "$tmp/expected.txt" "$tmp/got.txt" >"$tmp/diff.log" ||
    fail "the fields differ"
rm "$tmp/diff.log"
for body in ' - .*CEF:0|' '- {"' '- LEEF:2.0|' '\[abnormal@32473 '; do
	[ "$(grep -c "threat[[:space:]]*$body" "$tmp/ref.out")" -eq 60 ] ||
	    fail "not 60 records with $body"
done
say "60 records in each of four formats"
