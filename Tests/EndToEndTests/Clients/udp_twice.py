"""Plain sockets: a datagram that is answered by two, from several addresses, and one that is not answered."""

import socket
import sys
from urllib.parse import urlsplit

from transcript import Transcript

url = urlsplit(sys.argv[1])
seen = Transcript()
clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
for number, client in enumerate(clients):
    client.settimeout(10)
    client.connect((url.hostname, url.port))
    client.send(b"twice %d" % number)
for number, client in enumerate(clients):
    seen.add(f"first {number}", 0, [], client.recv(65536))
    seen.add(f"second {number}", 0, [], client.recv(65536))
big = b"twice " + b"x" * 9000
clients[0].send(big)
seen.add("big", 0, [], clients[0].recv(65536))
seen.add("big second", 0, [], clients[0].recv(65536))
clients[1].send(b"nothing \xff\x00")
seen.show()
