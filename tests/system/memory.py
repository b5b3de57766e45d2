# SPDX-License-Identifier: Apache-2.0
"""memory.py PID FILE...: say where in a process's memory the texts of the
files are, one a line. Exits with 0 when all of them are there, with 1 when none
is, with 2 when only some are, with 77 when the memory cannot be read."""

import sys


def regions(pid):
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps:
        for line in maps:
            span, access, *rest = line.split()
            if access.startswith("rw") and "[vvar]" not in rest:
                low, high = (int(x, 16) for x in span.split("-"))
                yield low, high, rest[-1] if len(rest) > 3 else "anonymous"


def places(pid, needle):
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for low, high, name in regions(pid):
            memory.seek(low)
            try:
                data = memory.read(high - low)
            except OSError:
                continue
            at = data.find(needle)
            while at >= 0:
                yield low + at, name, data[max(0, at - 24):at + len(needle)]
                at = data.find(needle, at + 1)


def main():
    found = []
    for name in sys.argv[2:]:
        with open(name, "rb") as file:
            needle = file.read().strip()
        assert len(needle) >= 12, "too short to be found by chance"
        try:
            hits = list(places(sys.argv[1], needle))
        except PermissionError:
            sys.exit(77)
        for where, region, around in hits:
            print(f"{name}: {where:#x} in {region}: {around}")
        found.append(len(hits) > 0)
    sys.exit(0 if all(found) else 2 if any(found) else 1)


main()
