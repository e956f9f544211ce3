"""A server of a protocol that nobody speaks, over TCP and UDP on one port.

TCP: greets, answers what it gets before the end of the client's direction reversed, and closes. UDP: `twice …` is
answered by two datagrams, anything else by none; what came stands in the file `datagrams`.
"""

import socket
import sys
import threading

port = int(sys.argv[1])
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", port))
streams = socket.create_server(("127.0.0.1", port))


def datagram_server():
    with open("datagrams", "ab", buffering=0) as file:
        while True:
            data, client = datagrams.recvfrom(65536)
            file.write(data + b"\n")
            if data.startswith(b"twice "):
                datagrams.sendto(b"first " + data[6:], client)
                datagrams.sendto(b"second\x00", client)


threading.Thread(target=datagram_server, daemon=True).start()
while True:
    connection, _ = streams.accept()
    data = b""
    while piece := connection.recv(4096):
        data += piece
    connection.sendall(data[::-1])
    connection.close()
