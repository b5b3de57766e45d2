#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A bill of materials, in SPDX 2.3's JSON, of a DEB or RPM on the standard
output: the package, each file in it with its checksum, and the libraries that
its programs are linked with, in the versions that this machine has. The time is
SOURCE_DATE_EPOCH, so that the same package gives the same text.

usage: sbom.py PACKAGE"""
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

# By the start of the library's file name. The licences are SPDX's names for
# what each project says of itself.
LICENCES = {
    "libc.so": "LGPL-2.1-or-later",
    "libm.so": "LGPL-2.1-or-later",
    "libconfuse.so": "ISC",
    "libcrypto.so": "Apache-2.0",
    "libcurl.so": "curl",
    "libevent": "BSD-3-Clause",
    "libjson-c.so": "MIT",
    "liblmdb.so": "OLDAP-2.8",
    "libssl.so": "Apache-2.0",
    "libxxhash.so": "BSD-2-Clause",
}
LICENCE = "Apache-2.0"


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          **options).stdout


def text_of(*command):
    return run(*command).decode().strip()


def sha(path, kind):
    with open(path, "rb") as file:
        return hashlib.new(kind, file.read()).hexdigest()


def deb(path):
    """Name, version, architecture and purl; how to unpack it."""
    name, version, arch = (text_of("dpkg-deb", "-f", path, field)
                           for field in ("Package", "Version", "Architecture"))
    return (name, version, arch, purl("deb", name, version, arch),
            lambda folder: run("dpkg-deb", "-x", path, folder))


def rpm(path):
    form = "%{NAME}\n%{VERSION}-%{RELEASE}\n%{ARCH}"
    name, version, arch = text_of("rpm", "-qp", "--qf", form,
                                  path).split("\n")

    def unpack(folder):
        archive = run("rpm2cpio", path)
        run("cpio", "-idm", "--quiet", "--no-absolute-filenames",
            cwd=folder, input=archive)

    return name, version, arch, purl("rpm", name, version, arch), unpack


def purl(kind, name, version, arch):
    quoted = "".join(c if re.match(r"[A-Za-z0-9.~_-]", c) else
                     "%%%02X" % ord(c) for c in version)
    return "pkg:%s/%s@%s?arch=%s" % (kind, name, quoted, arch)


def spdx_id(kind, name):
    return "SPDXRef-%s-%s" % (kind, re.sub(r"[^A-Za-z0-9.-]+", "-", name))


def files_below(folder):
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if not os.path.islink(path):
                yield os.path.relpath(path, folder), path


def needed(path):
    """Names of the libraries that an ELF file asks for."""
    with open(path, "rb") as file:
        if file.read(4) != b"\x7fELF":
            return []
    return re.findall(r"\(NEEDED\).*\[(.*)\]",
                      text_of("readelf", "-dW", path))


def owner(soname):
    """The package that holds a library here, its version, its purl."""
    places = re.findall(r"^\s*%s .*=> (\S+)$" % re.escape(soname),
                        text_of("/sbin/ldconfig", "-p"), re.M)
    for place in places:
        # Where /lib is /usr/lib the database may know either name.
        for path in (place, place.removeprefix("/usr"), "/usr" + place,
                     os.path.realpath(place)):
            found = owner_deb(path) or owner_rpm(path)
            if found:
                return found
    sys.exit("sbom.py: %s: no package here holds it" % soname)


def owner_deb(path):
    try:
        said = subprocess.run(("dpkg-query", "-S", path), text=True,
                              capture_output=True)
    except FileNotFoundError:
        return None
    if said.returncode != 0:
        return None
    name = said.stdout.split(": ")[0]
    version, arch = text_of("dpkg-query", "-W", "-f",
                            "${Version} ${Architecture}", name).split()
    name = name.split(":")[0]
    return name, version, purl("deb", name, version, arch)


def owner_rpm(path):
    try:
        said = subprocess.run(
            ("rpm", "-qf", "--qf", "%{NAME} %{VERSION}-%{RELEASE} %{ARCH}",
             path), text=True, capture_output=True)
    except FileNotFoundError:
        return None
    if said.returncode != 0:
        return None
    name, version, arch = said.stdout.split()
    return name, version, purl("rpm", name, version, arch)


def package(ref, name, version, licence, locator):
    return {
        "SPDXID": ref,
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": locator,
        }],
    }


def libraries(sonames):
    """An SPDX package for each package that holds some of these."""
    found = {}
    for soname in sorted(sonames):
        licences = [licence for start, licence in LICENCES.items()
                    if soname.startswith(start)]
        if not licences:
            # The loader, in glibc's own package.
            if soname.startswith("ld-linux"):
                continue
            sys.exit("sbom.py: %s: its licence is not in the table" % soname)
        name, version, locator = owner(soname)
        found[name] = package(spdx_id("Library", name), name, version,
                              licences[0], locator)
    return [found[name] for name in sorted(found)]


def document(path):
    kind = deb if path.endswith(".deb") else rpm
    name, version, arch, locator, unpack = kind(path)
    main = package("SPDXRef-Package", name, version, LICENCE, locator)
    main["packageFileName"] = os.path.basename(path)
    main["checksums"] = [{"algorithm": "SHA256",
                          "checksumValue": sha(path, "sha256")}]
    files, sonames = [], set()
    with tempfile.TemporaryDirectory() as folder:
        unpack(folder)
        for inside, outside in files_below(folder):
            sonames.update(needed(outside))
            files.append({
                "SPDXID": "SPDXRef-File-%d" % (len(files) + 1),
                "fileName": "./" + inside,
                "checksums": [
                    {"algorithm": algorithm,
                     "checksumValue": sha(outside, algorithm.lower())}
                    for algorithm in ("SHA1", "SHA256")],
                "licenseConcluded": LICENCE,
                "licenseInfoInFiles": [LICENCE],
                "copyrightText": "NOASSERTION",
            })
    main["filesAnalyzed"] = True
    main["licenseInfoFromFiles"] = [LICENCE]
    main["packageVerificationCode"] = {
        "packageVerificationCodeValue": verification_code(files)}
    linked = libraries(sonames)
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or os.stat(path).st_mtime)
    created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    title = "%s-%s.%s" % (name, version, arch)
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": title,
        "documentNamespace": "https://spdx.org/spdxdocs/%s-%s" % (
            re.sub(r"[^A-Za-z0-9.-]", "-", title), sha(path, "sha256")[:32]),
        "creationInfo": {
            "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: cefd-sbom"],
        },
        "packages": [main] + linked,
        "files": files,
        "relationships": [related("SPDXRef-DOCUMENT", "DESCRIBES",
                                  "SPDXRef-Package")] +
        [related("SPDXRef-Package", "CONTAINS", file["SPDXID"])
         for file in files] +
        [related("SPDXRef-Package", "DYNAMIC_LINK", library["SPDXID"])
         for library in linked],
    }


def verification_code(files):
    """Clause 7.9: of the files' SHA1s, sorted."""
    sums = sorted(one["checksumValue"] for file in files
                  for one in file["checksums"] if one["algorithm"] == "SHA1")
    return hashlib.sha1("".join(sums).encode()).hexdigest()


def related(one, how, other):
    return {"spdxElementId": one, "relationshipType": how,
            "relatedSpdxElement": other}


if len(sys.argv) != 2:
    sys.exit(__doc__)
json.dump(document(sys.argv[1]), sys.stdout, indent=1, sort_keys=True)
print()
