"""Asks a service whose entries hold their replies back, and says what it saw: never that something was fast."""

import http.client
import os
import socket
import time
import urllib.parse

address = urllib.parse.urlsplit(os.environ["CASSETTE_URL"])


def say(name, *words):
    print(f"{name}:", *words, flush=True)


def ask(path):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    began = time.monotonic()
    connection.request("GET", path)
    reply = connection.getresponse()
    body = reply.read().decode()
    connection.close()
    return body, time.monotonic() - began


def raw(text):
    connection = socket.create_connection((address.hostname, address.port), timeout=20)
    connection.sendall(text.encode())
    return connection


def request(path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n"


for path in ["/recorded", "/users/7", "/made/7"]:
    body, took = ask(path)
    say(path, body, took >= 0.25)
body, took = ask("/range")
say("range", body, took >= 0.1)

connection = raw(request("/recorded") + request("/at-once") + request("/made/9", "Connection: close\r\n"))
said = b""
while piece := connection.recv(4096):
    said += piece
text = said.decode()
say("in order", sorted(["recorded", "at once", "made for 9"], key=text.index))

events = raw(request("/events"))
began = time.monotonic()
heard = events.recv(4096)
while b"hello" not in heard:
    heard += events.recv(4096)
say("stream", time.monotonic() - began >= 0.2)
events.close()

# Who closes its side only is still answered.
half = raw(request("/recorded"))
half.shutdown(socket.SHUT_WR)
said = b""
while piece := half.recv(4096):
    said += piece
say("half", said.endswith(b"recorded"))

left = [raw(request("/hour")) for _ in range(50)]
for connection in left:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
say("after those who left", ask("/at-once")[0])
