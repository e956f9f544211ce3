"""A real service of which a test can ask anything, the rude things too. Usage: origin.py PORT

    /fixed            always the same few bytes
    /count            a number that is one larger each time
    /hang             never answers
    /refuse           answers 401 instead of reading the body that the client would send, and closes
    /reset            resets the connection instead of answering
    /part             promises 1000 bytes, sends 10 and closes
    /part-chunked     begins a chunked body and resets
    /garbage          answers with what is no HTTP
    /eager            replies as soon as it has the head, and reads the body afterwards
    /early            sends 103 (Early Hints) before its reply
    /trailers         a chunked body with trailer fields
    /digest           the SHA-256 of the request's body, its length, its trailers and how it was framed
    /login            sets a cookie that is a secret
    /echo             the request's head, as it came
    /big?mb=N         N MiB that are the same every time
    /text?mb=N        N MiB of one letter
    /bomb             70 MiB of zeros that gzip has made small
    /close            a body that ends with the connection
"""

import gzip
import hashlib
import json
import random
import socket
import struct
import sys
import threading
import time

BLOCK = random.Random(7).randbytes(1 << 20)
count = 0


def reply(connection, status, body, *fields):
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def read_head(stream):
    lines = []
    while True:
        line = stream.readline()
        if not line:
            return None
        if line in (b"\r\n", b"\n"):
            return lines
        lines.append(line.decode("latin-1").rstrip("\r\n"))


def pieces(stream, fields, trailers):
    """The body, piece by piece, as it is framed."""
    if fields.get("transfer-encoding", "").lower() == "chunked":
        while size := int(stream.readline().split(b";")[0], 16):
            yield stream.read(size)
            stream.readline()
        trailers += read_head(stream) or []
    else:
        left = int(fields.get("content-length", 0))
        while left:
            piece = stream.read(min(left, 1 << 20))
            left -= len(piece)
            yield piece


def digest(connection, stream, fields):
    if fields.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    sha, length, trailers = hashlib.sha256(), 0, []
    for piece in pieces(stream, fields, trailers):
        sha.update(piece)
        length += len(piece)
    framing = "chunked" if "transfer-encoding" in fields else "length" if "content-length" in fields else "none"
    return {"sha256": sha.hexdigest(), "length": length, "trailers": trailers, "framing": framing}


def answer(connection, stream, path, lines, fields):
    """Answers one request; False when the connection is to be closed."""
    global count
    if path.startswith("/hang"):
        while stream.read(65536):
            pass
        return False
    if path == "/reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if path == "/garbage":
        connection.sendall(b"this is no HTTP at all\r\n\r\n")
        return False
    if path == "/digest":
        reply(connection, "200 OK", json.dumps(digest(connection, stream, fields)).encode(), "Content-Type: application/json")
        return True
    if path == "/refuse":
        reply(connection, "401 Unauthorized", b"not you", "Content-Type: text/plain", "Connection: close")
        return False
    if path == "/eager":
        reply(connection, "200 OK", b"no need to wait", "Content-Type: text/plain")
    for _ in pieces(stream, fields, []):
        pass
    if path == "/eager":
        return True
    if path == "/part":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789")
        return False
    if path == "/part-chunked":
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if path == "/trailers":
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nTrailer: X-Checksum, X-Rows\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"6\r\nfirst \r\n6\r\nsecond\r\n0\r\nX-Checksum: abc\r\nX-Rows: 2\r\n\r\n"
        )
    elif path == "/close":
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nuntil the end")
        return False
    elif path == "/early":
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
        reply(connection, "200 OK", b"late", "Content-Type: text/plain")
    elif path == "/count":
        count += 1
        reply(connection, "200 OK", b'{"count": %d}' % count, "Content-Type: application/json")
    elif path == "/login":
        reply(connection, "200 OK", b"welcome", "Set-Cookie: id=s3cr3t-in-set-cookie; Path=/; HttpOnly")
    elif path == "/echo":
        reply(connection, "200 OK", "\n".join(lines).encode(), "Content-Type: text/plain")
    elif path.startswith("/big?mb="):
        total = int(path.split("=")[1])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n" % (total << 20))
        for number in range(total):
            connection.sendall(struct.pack(">I", number) + BLOCK[4:])
    elif path.startswith("/text?mb="):
        reply(connection, "200 OK", b"a" * (int(path.split("=")[1]) << 20), "Content-Type: text/plain")
    elif path == "/bomb":
        reply(connection, "200 OK", gzip.compress(bytes(70 << 20), 1), "Content-Type: text/plain", "Content-Encoding: gzip")
    elif path.startswith("/fixed"):
        reply(connection, "200 OK", b"always the same\n", "Content-Type: text/plain", "X-Trace: a", "x-trace: b")
    else:
        reply(connection, "404 Not Found", b"nothing there\n", "Content-Type: text/plain")
    return True


def serve(connection):
    with connection, connection.makefile("rb") as stream:
        try:
            while lines := read_head(stream):
                fields = dict((line.split(":", 1)[0].lower(), line.split(":", 1)[1].strip()) for line in lines[1:])
                if not answer(connection, stream, lines[0].split()[1], lines, fields):
                    return
                if fields.get("connection", "").lower() == "close":
                    return
        except (ConnectionError, BrokenPipeError):
            pass


with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=256) as listener:
    while True:
        peer, _ = listener.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(peer,), daemon=True).start()
