# SPDX-License-Identifier: Apache-2.0
"""hello.py PORT-FILE OUT UPSTREAM: a relay on loopback that writes what each
client offers in its ClientHello (RFC 8446 section 4.1.2) into OUT, a line of
JSON a connection, and then passes everything on to 127.0.0.1:UPSTREAM."""

import json
import os
import socket
import sys
import threading


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        assert self.at + count <= len(self.data), "cut short"
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, octets):
        return int.from_bytes(self.take(octets), "big")

    def vector(self, octets):
        return Reader(self.take(self.number(octets)))

    def numbers(self, octets):
        out = []
        while self.at < len(self.data):
            out.append(self.number(octets))
        return out


def parse(body):
    hello = Reader(body)
    offer = {"legacy_version": hello.number(2)}
    hello.take(32)
    hello.vector(1)
    offer["suites"] = hello.vector(2).numbers(2)
    offer["compression"] = hello.vector(1).numbers(1)
    rest, offer["extensions"], offer["versions"] = hello.vector(2), [], []
    offer["sni"] = None
    while rest.at < len(rest.data):
        kind, content = rest.number(2), rest.vector(2)
        offer["extensions"].append(kind)
        if kind == 43:
            offer["versions"] = content.vector(1).numbers(2)
        if kind == 0:
            entry = content.vector(2)
            entry.number(1)
            offer["sni"] = entry.vector(2).data.decode("ascii")
    return offer


def read_exactly(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def read_hello(client):
    """The octets that were read, and the body of the ClientHello."""
    raw, message = b"", b""
    while len(message) < 4 or len(message) < 4 + int.from_bytes(
            message[1:4], "big"):
        head = read_exactly(client, 5)
        assert head[0] == 22, f"not a handshake: {head[0]}"
        part = read_exactly(client, int.from_bytes(head[3:5], "big"))
        raw, message = raw + head + part, message + part
    assert message[0] == 1, "not a ClientHello"
    return raw, message[4:]


def copy(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client, out, upstream):
    with client:
        try:
            raw, body = read_hello(client)
        except (EOFError, OSError):
            return
        out.write(json.dumps(parse(body)) + "\n")
        out.flush()
        try:
            server = socket.create_connection(("127.0.0.1", upstream))
        except OSError:
            return
        with server:
            server.sendall(raw)
            back = threading.Thread(target=copy, args=(server, client))
            back.start()
            copy(client, server)
            back.join()


def main():
    port_file, out_file, upstream = sys.argv[1:4]
    listener = socket.create_server(("127.0.0.1", 0))
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    os.rename(port_file + ".new", port_file)
    with open(out_file, "w", encoding="ascii") as out:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, daemon=True,
                             args=(client, out, int(upstream))).start()


main()
