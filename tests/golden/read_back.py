# SPDX-License-Identifier: Apache-2.0
"""Golden lines against what an independent reader made of them.

read_back.py json NAME.json...            Python reads NAME.jsonl
read_back.py cef LINES PAIRS GOT          lognormalizer's output in GOT
read_back.py rfc5424 LINES PAIRS GOT      go-syslog's output in GOT

PAIRS is what `strict-lines --pairs` says of LINES: one line a record, of
KEY=HEX words. Exits with 1 and says what differs.
"""
import json
import re
import sys

HEADER = re.compile(
    r"<(\d+)>1 (\S+) (\S+) (\S+) - (\S+) (-|\[.*\]) (.*)\n", re.S)


def fail(why):
    sys.exit("read_back.py: " + why)


def lines_of(path):
    with open(path, encoding="utf-8", newline="\n") as f:
        return list(f)


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        fail("a name comes twice: %s" % names)
    return dict(pairs)


def no_constant(word):
    fail("%s is no JSON" % word)


def repaired(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


# ---------------------------------------------------------------------- JSON

def records_of(document):
    """The objects that records were made of, and their threat's id."""
    for one in document if isinstance(document, list) else [document]:
        one = one.get("document", one)
        for name in ("messages", "auditLogs", "results"):
            if name in one:
                for item in one[name]:
                    yield item, one.get("threatId")
                break
        else:
            yield one, None


def plain(value):
    """The value with every text repaired."""
    if isinstance(value, str):
        return repaired(value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {repaired(k): plain(v) for k, v in value.items()}
    return value


def check_json(*sources):
    for source in sources:
        check_document(source, source + "l")


def check_document(source, lines):
    with open(source, "rb") as f:
        document = json.loads(f.read().decode("utf-8", "replace"))
    wanted = list(records_of(document))
    got = lines_of(lines)
    if len(got) != len(wanted):
        fail("%d records, %d wanted" % (len(got), len(wanted)))
    for line, (item, threat) in zip(got, wanted):
        if len(line.splitlines()) != 1:
            fail("not one line: %r" % line)
        body = HEADER.fullmatch(line).group(7)
        record = json.loads(body, object_pairs_hook=unique,
                            parse_constant=no_constant)
        check_members(record, plain(item), threat)


def check_members(record, item, threat):
    names = list(record)
    if names[-1] != "cefd":
        fail("the last member is %s" % names[-1])
    about = record.pop("cefd")
    for name in ("kind", "source", "host", "severity", "schema", "id"):
        if name not in about:
            fail("cefd has no %s" % name)
    gone = about.get("truncated", [])
    if about["kind"] == "threat" and threat and not item.get("threatId"):
        item.pop("threatId", None)
        item["threatId"] = threat
    wanted = {k: v for k, v in item.items() if k not in gone}
    if list(record.items()) != list(wanted.items()):
        fail("%s\nis not\n%s" % (record, wanted))
    if not set(gone) <= set(item):
        fail("truncated has more than there was: %s" % gone)


# ----------------------------------------------------------------------- CEF

def pairs_of(path):
    for line in lines_of(path):
        words = (word.split("=") for word in line.split())
        yield {k: bytes.fromhex(v).decode("utf-8") for k, v in words}


def check_cef(lines, pairs, got):
    wanted = list(pairs_of(pairs))
    found = [json.loads(line)["f"] for line in lines_of(got)]
    if not len(wanted) == len(found) == len(lines_of(lines)):
        fail("%d records, %d wanted" % (len(found), len(wanted)))
    for want, have in zip(wanted, found):
        if have["Extensions"] != want:
            fail("%s\nis not\n%s" % (have["Extensions"], want))


# ------------------------------------------------------------------ RFC 5424

def check_rfc5424(lines, pairs, got):
    params = list(pairs_of(pairs))
    found = [json.loads(line) for line in lines_of(got)]
    if not len(params) == len(found) == len(lines_of(lines)):
        fail("%d records, %d wanted" % (len(found), len(params)))
    for line, want, have in zip(lines_of(lines), params, found):
        pri, when, host, app, msgid, sd, msg = HEADER.fullmatch(line).groups()
        if [have[k] for k in ("pri", "time", "host", "app", "msgid")] != \
                [int(pri), when, host, app, msgid]:
            fail("%s\nis not the header of\n%s" % (have, line))
        elements = have["sd"] or {}
        if sd == "-":
            if elements or have["msg"] != msg:
                fail("%s\nis not the message of\n%s" % (have, line))
        elif list(elements) != ["abnormal@32473"] or \
                elements["abnormal@32473"] != want:
            fail("%s\nis not\n%s" % (elements, want))


def main():
    checks = {"json": check_json, "cef": check_cef, "rfc5424": check_rfc5424}
    checks[sys.argv[1]](*sys.argv[2:])


main()
