#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# What cefd offers, read from the wire on its way to a real receiver and held to
# RFC 9662 and RFC 9325: TLS 1.3 and 1.2 and nothing older, the mandatory suite,
# forward secrecy and AEAD in all of them (no static RSA, no CBC), no
# compression, and no early data, not even in a session that is resumed. With
# tls-min = "1.3" nothing of 1.2 is left. The same for RELP. A hello of
# openssl(1), which offers CBC and static RSA, shows that the check sees them.
. "$(dirname "$0")/lib.sh"
need python3 openssl

cat >"$tmp/check.py" <<'PY'
import json
import sys

TLS12 = {0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9}
TLS13 = {0x1301, 0x1302, 0x1303}
SIGNAL = 0x00FF  # no suite: RFC 5746's way to ask for secure renegotiation
EARLY_DATA, RESUMED = 42, 41

least, resumed = sys.argv[2], sys.argv[3] == "resumed"
faults, seen = [], 0
for line in open(sys.argv[1], encoding="ascii"):
    hello, seen = json.loads(line), seen + 1
    suites = set(hello["suites"]) - {SIGNAL}
    allowed = TLS13 | (TLS12 if least == "1.2" else set())
    if suites - allowed:
        faults.append(f"offers {sorted(map(hex, suites - allowed))}")
    if 0x1301 not in suites:
        faults.append("lacks TLS_AES_128_GCM_SHA256 (RFC 8446 section 9.1)")
    if least == "1.2" and 0xC02F not in suites:
        faults.append("lacks ECDHE_RSA_WITH_AES_128_GCM_SHA256 (RFC 9662)")
    versions = [0x0304, 0x0303] if least == "1.2" else [0x0304]
    if hello["versions"] != versions:
        faults.append(f"versions {list(map(hex, hello['versions']))}")
    if hello["compression"] != [0]:
        faults.append(f"compression {hello['compression']}")
    if EARLY_DATA in hello["extensions"]:
        faults.append("early data")
    if seen > 1 and resumed and RESUMED not in hello["extensions"]:
        faults.append("is not resumed, so that nothing is proved")
if seen < (2 if resumed else 1):
    faults.append(f"only {seen} hellos were seen")
print("\n".join(sorted(set(faults))) or f"{seen} hellos are as they must be")
sys.exit(bool(faults))
PY

check()
{
	python3 "$tmp/check.py" "$@" >"$tmp/checked.txt" 2>&1
}

# relay UPSTREAM - in front of it; its port is in $sink_port.
relay()
{
	stop relay
	rm -f "$tmp/relay.port" "$tmp/hellos"
	start relay python3 "$here/hello.py" "$tmp/relay.port" "$tmp/hellos" "$1"
	sink_port=$(port_of "$tmp/relay.port")
}

sim --threats 20 --recipients 3
sink in
receiver_port=$sink_port
for least in 1.2 1.3; do
	rm -rf "$tmp/spool"
	relay "$receiver_port"
	destination_more="tls-min = \"$least\"
		session-records = 10"
	configure
	run_cefd
	poll
	wait_drained
	stop cefd
	check "$tmp/hellos" "$least" resumed ||
	    fail "tls-min $least: $(cat "$tmp/checked.txt")"
	say "tls-min $least: $(cat "$tmp/checked.txt")"
	check_arrived "$tmp/in.out" 60
done

# RELP does not get as far as a session here: its hello is all that is asked.
transport=relp-tls
rm -rf "$tmp/spool"
relay "$receiver_port"
destination_more='server-name = "localhost"'
configure
run_cefd
poll
wait_for 'a hello of RELP' test -s "$tmp/hellos"
check "$tmp/hellos" 1.2 new || fail "relp-tls: $(cat "$tmp/checked.txt")"
grep -q '"sni": "localhost"' "$tmp/hellos" || fail "the name is not asked for"
stop cefd

relay "$receiver_port"
echo | openssl s_client -connect "127.0.0.1:$sink_port" \
    -cipher 'DEFAULT:@SECLEVEL=0' >"$tmp/s_client.log" 2>&1 || true
! check "$tmp/hellos" 1.2 new || fail "CBC is not seen"
grep -q '0x2f' "$tmp/checked.txt" || fail "static RSA is not seen:" \
    "$(cat "$tmp/checked.txt")"
