#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds a bill of materials to what SPDX 2.3 demands of its JSON (clauses 6 to
11), to the package that it is of, and to the libraries that must be in it.

usage: sbom_form.py BILL PACKAGE [LIBRARY[:OTHER NAME]...]"""
import hashlib
import json
import re
import sys


def demand(condition, what):
    if not condition:
        sys.exit("sbom_form: " + what)


def text(value, what, pattern=r".+"):
    demand(isinstance(value, str) and re.fullmatch(pattern, value),
           "%s: %r" % (what, value))


def check_head(bill):
    text(bill.get("spdxVersion"), "spdxVersion", r"SPDX-2\.3")
    text(bill.get("dataLicense"), "dataLicense", r"CC0-1\.0")
    text(bill.get("SPDXID"), "SPDXID", r"SPDXRef-DOCUMENT")
    text(bill.get("name"), "name")
    text(bill.get("documentNamespace"), "documentNamespace",
         r"https://[^#\s]+")
    text(bill["creationInfo"].get("created"), "created",
         r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    demand(bill["creationInfo"].get("creators"), "no creators")
    for creator in bill["creationInfo"]["creators"]:
        text(creator, "creator", r"(Tool|Person|Organization): .+")


def check_sums(thing):
    length = {"SHA1": 40, "SHA256": 64}
    for one in thing.get("checksums", []):
        text(one["checksumValue"], "checksum",
             "[0-9a-f]{%d}" % length[one["algorithm"]])


def check_parts(bill):
    ids = {"SPDXRef-DOCUMENT"}
    for part in bill["packages"] + bill["files"]:
        text(part.get("SPDXID"), "SPDXID", r"SPDXRef-[A-Za-z0-9.-]+")
        demand(part["SPDXID"] not in ids, part["SPDXID"] + " twice")
        ids.add(part["SPDXID"])
        check_sums(part)
    for part in bill["packages"]:
        for member in ("name", "versionInfo", "downloadLocation",
                       "licenseConcluded", "licenseDeclared",
                       "copyrightText"):
            text(part.get(member), member)
        # Clause 7.8: what says that it was not analysed has no files.
        has_files = part["SPDXID"] == "SPDXRef-Package"
        demand(part.get("filesAnalyzed") is has_files, "filesAnalyzed")
        demand(("packageVerificationCode" in part) == has_files,
               "packageVerificationCode")
        for reference in part["externalRefs"]:
            text(reference["referenceLocator"], "purl",
                 r"pkg:(deb|rpm)/[^@]+@.+")
    for part in bill["files"]:
        text(part.get("fileName"), "fileName", r"\./.+")
        demand(any(one["algorithm"] == "SHA1" for one in part["checksums"]),
               "a file without SHA1")
    return ids


def check_relationships(bill, ids):
    seen = set()
    for one in bill["relationships"]:
        text(one["relationshipType"], "relationshipType",
             "DESCRIBES|CONTAINS|DYNAMIC_LINK")
        for end in ("spdxElementId", "relatedSpdxElement"):
            demand(one[end] in ids, "%s is nothing" % one[end])
        seen.add(one["relatedSpdxElement"])
    demand(seen == ids - {"SPDXRef-DOCUMENT"}, "something stands alone")


def check_package(bill, path):
    main = next(part for part in bill["packages"]
                if part["SPDXID"] == "SPDXRef-Package")
    demand(main["packageFileName"] == path.split("/")[-1], "another package")
    with open(path, "rb") as file:
        sum_of = hashlib.sha256(file.read()).hexdigest()
    demand(main["checksums"][0]["checksumValue"] == sum_of,
           "the package's checksum is another")
    # Clause 7.9.
    sums = sorted(one["checksumValue"] for part in bill["files"]
                  for one in part["checksums"] if one["algorithm"] == "SHA1")
    demand(main["packageVerificationCode"] ==
           {"packageVerificationCodeValue":
            hashlib.sha1("".join(sums).encode()).hexdigest()},
           "the verification code is another")
    demand(any(part["fileName"] == "./usr/sbin/cefd"
               for part in bill["files"]), "no cefd")


with open(sys.argv[1], encoding="utf-8") as bill_file:
    document = json.load(bill_file)
check_head(document)
check_relationships(document, check_parts(document))
check_package(document, sys.argv[2])
for library in sys.argv[3:]:
    demand(any(name in part["name"] for part in document["packages"]
               for name in library.split(":")), "no " + library)
