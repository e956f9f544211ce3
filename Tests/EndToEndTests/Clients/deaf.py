"""Sends requests on and on without reading an answer, in HTTP/1.1 and in HTTP/2, until it is stopped.

Usage: deaf.py PORT PATH, where PATH is answered with some 60 KB.
"""

import socket
import sys

import hpack
from hyperframe.frame import HeadersFrame, SettingsFrame, WindowUpdateFrame

port, path = int(sys.argv[1]), sys.argv[2]


def flood(connection, piece, most):
    """Sends pieces until the other side takes no more; how many it took."""
    connection.settimeout(2)
    for number in range(most):
        try:
            connection.sendall(piece(number))
        except TimeoutError:
            return "stopped"
    return "not stopped"


with socket.create_connection(("127.0.0.1", port)) as connection:
    # Many at once, all before the first answer is read: some clients do so, and get all their answers.
    request = f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    connection.sendall(request * 200)
    answers, rest = 0, b""
    while answers < 200:
        rest += connection.recv(1 << 20)
        answers += rest.count(b"HTTP/1.1 200 OK")
        rest = rest[-14:]
    # With a body of its own size each: the kernel's buffers are filled soon.
    filler = f"GET {path} HTTP/1.1\r\nHost: a\r\nX: {'y' * 8000}\r\n\r\n".encode()
    print("http1", flood(connection, lambda _: filler * 10, 3000) + f", {answers} answers")

with socket.create_connection(("127.0.0.1", port)) as connection:
    encoder = hpack.Encoder()
    connection.sendall(
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SettingsFrame(0, settings={4: 2**31 - 1}).serialize()
        + WindowUpdateFrame(0, 2**31 - 1 - 65535).serialize())

    def request(number):
        fields = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", path), ("x", "y" * 8000)]
        # Not in the table, so that each is as long as the first.
        block = encoder.encode([(name, value, True) for name, value in fields], huffman=False)
        return HeadersFrame(2 * number + 1, block, flags=["END_HEADERS", "END_STREAM"]).serialize()

    print("http2", flood(connection, request, 30_000))
