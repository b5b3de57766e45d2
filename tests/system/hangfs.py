#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A small file system in memory that can stop answering, like a mount whose
server has gone. It speaks FUSE's protocol (linux/fuse.h, version 7.31) itself.

usage: hangfs.py FOLDER FLAG

While the file FLAG is there nothing is answered; when it says "close", nothing
from the next time on that a file is closed."""
import ctypes
import errno
import os
import select
import struct
import sys
import time

LOOKUP, FORGET, GETATTR, SETATTR, UNLINK, OPEN, READ, WRITE, STATFS = (
    1, 2, 3, 4, 10, 14, 15, 16, 17)
RELEASE, FSYNC, FLUSH, INIT, OPENDIR, RELEASEDIR, FSYNCDIR, ACCESS = (
    18, 20, 25, 26, 27, 29, 30, 34)
CREATE, INTERRUPT, BATCH_FORGET = 35, 36, 42
ROOT = 1
SETS_SIZE = 8

folder, flag = sys.argv[1:]
device = os.open("/dev/fuse", os.O_RDWR)
files = {}  # octets by node
nodes = {}  # by name


def mount():
    libc = ctypes.CDLL(None, use_errno=True)
    options = "fd=%d,rootmode=40000,user_id=0,group_id=0" % device
    if libc.mount(b"hangfs", folder.encode(), b"fuse", 0, options.encode()):
        sys.exit(os.strerror(ctypes.get_errno()))


def attributes(node):
    size = 0 if node == ROOT else len(files[node])
    mode = 0o40755 if node == ROOT else 0o100640
    now = int(time.time())
    return struct.pack("<6Q10I", node, size, (size + 511) // 512, now, now,
                       now, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def entry(node):
    return struct.pack("<4Q2I", node, 1, 0, 0, 0, 0) + attributes(node)


def answer(unique, octets=b"", failed=0):
    os.write(device, struct.pack("<IiQ", 16 + len(octets), -failed, unique) +
             octets)


def name_in(body):
    return body.rstrip(b"\0")


def create(unique, _node, body):
    node = ROOT + 1 + len(files)
    nodes[name_in(body[16:])] = node
    files[node] = bytearray()
    answer(unique, entry(node) + struct.pack("<QII", 1, 1, 0))


def look_up(unique, _node, body):
    node = nodes.get(name_in(body))
    if node is None:
        answer(unique, failed=errno.ENOENT)
    else:
        answer(unique, entry(node))


def set_attributes(unique, node, body):
    valid, _, _, size = struct.unpack_from("<IIQQ", body)
    if valid & SETS_SIZE:
        del files[node][size:]
    tell_attributes(unique, node, body)


def tell_attributes(unique, node, _body):
    answer(unique, struct.pack("<QII", 0, 0, 0) + attributes(node))


def read(unique, node, body):
    _, offset, size = struct.unpack_from("<QQI", body)
    answer(unique, bytes(files[node][offset:offset + size]))


def write(unique, node, body):
    _, offset, size = struct.unpack_from("<QQI", body)
    files[node][offset:offset + size] = body[40:40 + size]
    answer(unique, struct.pack("<II", size, 0))


def unlink(unique, _node, body):
    nodes.pop(name_in(body), None)
    answer(unique)


def fine(unique, _node, _body):
    answer(unique)


ANSWERS = {
    LOOKUP: look_up, GETATTR: tell_attributes, SETATTR: set_attributes,
    UNLINK: unlink, READ: read, WRITE: write, CREATE: create,
    OPEN: lambda unique, *_: answer(unique, struct.pack("<QII", 1, 1, 0)),
    OPENDIR: lambda unique, *_: answer(unique, struct.pack("<QII", 1, 0, 0)),
    STATFS: lambda unique, *_: answer(unique, struct.pack(
        "<5Q3I7I", 1 << 20, 1 << 20, 1 << 20, 1000, 1000, 4096, 255, 4096,
        *[0] * 7)),
    INIT: lambda unique, *_: answer(unique, struct.pack(
        "<4I2HII2HI7I", 7, 31, 65536, 0, 12, 10, 131072, 1, 32, 0, 0,
        *[0] * 7)),
    RELEASE: fine, FSYNC: fine, FLUSH: fine, RELEASEDIR: fine,
    FSYNCDIR: fine, ACCESS: fine,
}


def serve(request):
    _, operation, unique, node = struct.unpack_from("<IIQQ", request)
    if operation in (FORGET, BATCH_FORGET, INTERRUPT):
        return
    if operation in ANSWERS:
        ANSWERS[operation](unique, node, request[40:])
    else:
        answer(unique, failed=errno.ENOSYS)


def must_hang(request):
    try:
        with open(flag, encoding="ascii") as file:
            return file.read().strip() != "close" or \
                struct.unpack_from("<II", request)[1] == FLUSH
    except FileNotFoundError:
        return False


mount()
held = []
while True:
    ready, _, _ = select.select([device], [], [], 0.05)
    if held and not os.path.exists(flag):
        for one in held:
            serve(one)
        held = []
    if not ready:
        continue
    try:
        asked = os.read(device, 1 << 20)
    except FileNotFoundError:
        continue  # whoever asked has gone
    except OSError:
        break
    if held or must_hang(asked):
        held.append(asked)
    else:
        serve(asked)
