"""Asks a mock whose replies a handler makes, over kept connections, pipelined and from many at once."""

import os
import re
import socket
import sys
import threading
import time
import urllib.parse

ADDRESS = urllib.parse.urlsplit(os.environ["AUTH_URL"])


def connect():
    return socket.create_connection((ADDRESS.hostname, ADDRESS.port), timeout=30)


def ask(path, body=b""):
    head = f"POST {path} HTTP/1.1\r\nHost: mock\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def replies(stream, count):
    for _ in range(count):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return
            head += line
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        yield int(head.split()[1]), stream.read(int(length[1]) if length else 0).decode()


def pipelined(paths):
    with connect() as connection, connection.makefile("rb") as stream:
        connection.sendall(b"".join(ask(path) for path in paths))
        return list(replies(stream, len(paths)))


def client(number, requests, wrong):
    paths = [f"/own/{number}/{index}" for index in range(requests)]
    with connect() as connection, connection.makefile("rb") as stream:
        for path in paths[: requests // 2]:
            connection.sendall(ask(path))
            if list(replies(stream, 1)) != [(200, '{"path":"%s"}' % path)]:
                wrong.append(path)
    rest = paths[requests // 2 :]
    if pipelined(rest) != [(200, '{"path":"%s"}' % path) for path in rest]:
        wrong.append(f"pipelined {number}")


def surplus(path):
    """A request to which the handler says more than one line, while others ask."""
    wrong = []
    stop = threading.Event()

    def asks(number):
        with connect() as connection, connection.makefile("rb") as stream:
            for index in range(10_000):
                connection.sendall(ask(f"/own/{number}/{index}"))
                ((status, body),) = replies(stream, 1)
                if status == 200 and body != f"path /own/{number}/{index}":
                    wrong.append((f"/own/{number}/{index}", body))
                if stop.is_set():
                    return

    # What comes later is only told from an answer while nothing is asked.
    quiet = path == "/extra-later"
    threads = [threading.Thread(target=asks, args=(number,)) for number in range(0 if quiet else 8)]
    for thread in threads:
        thread.start()
    with connect() as connection, connection.makefile("rb") as stream:
        connection.sendall(ask(path))
        ((status, body),) = replies(stream, 1)
        if status == 200 and body != "path " + path:
            wrong.append((path, body))
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    asks(9)
    print("wrong:", wrong)


def main():
    # Who leaves before the answer takes nobody else's.
    for _ in range(20):
        with connect() as connection:
            connection.sendall(ask("/left") * 5)
    wrong = []
    threads = [threading.Thread(target=client, args=(number, 40, wrong)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("wrong:", wrong)


surplus("/" + sys.argv[1]) if len(sys.argv) > 1 else main()
