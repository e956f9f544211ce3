"""Speaks HTTP/2 in the clear only to who asks for it in HTTP/1.1, and answers everything with what was asked.

Counts in `/seen` what it was asked: requests of HTTP/1.1, prefaces that it did not take, and requests of HTTP/2.
Usage: upgrade.py PORT h2c|http, where `http` never speaks HTTP/2
"""

import socketserver
import sys
from collections import Counter

import h2.config
import h2.connection
import h2.events

TAKES = sys.argv[2] == "h2c"
seen = Counter()


def answer(method, path, body):
    if path == "/seen":
        return " ".join(f"{name}={count}" for name, count in sorted(seen.items())).encode()
    return f"{method} {path} {len(body)}".encode()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while (line := self.rfile.readline()).strip():
            method, path, version = line.decode().split()
            if version != "HTTP/1.1":
                seen["preface"] += 1
                self.wfile.write(b"HTTP/1.1 505 No Such Version\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            seen[f"{method}-1.1"] += 1
            fields = {}
            while (field := self.rfile.readline().strip()):
                name, value = field.decode().split(":", 1)
                fields[name.lower()] = value.strip()
            body = self.rfile.read(int(fields.get("content-length", 0)))
            if TAKES and fields.get("upgrade") == "h2c":
                self.wfile.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                return self.speak(fields["http2-settings"], answer(method, path, body))
            text = answer(method, path, body)
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))

    def speak(self, settings, text):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_upgrade_connection(settings)
        self.reply(connection, 1, text)
        asked = {}
        while data := self.rfile.read1(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    head = dict(event.headers)
                    asked[event.stream_id] = [head[":method"], head[":path"], b""]
                elif isinstance(event, h2.events.DataReceived):
                    asked[event.stream_id][2] += event.data
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    seen[f"{asked[event.stream_id][0]}-2"] += 1
                    self.reply(connection, event.stream_id, answer(*asked.pop(event.stream_id)))
            self.request.sendall(connection.data_to_send())

    def reply(self, connection, stream, text):
        connection.send_headers(stream, [(":status", "200"), ("content-type", "text/plain")])
        connection.send_data(stream, text, end_stream=True)
        self.request.sendall(connection.data_to_send())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
