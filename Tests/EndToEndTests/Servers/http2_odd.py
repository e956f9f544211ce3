"""A service of HTTP/2 in the clear that does what few do: it refuses requests whose bodies have begun, and tells so; and
its heads are long.

`/refused` is reset as not heard (REFUSED_STREAM) with its first bytes, as often as it says in `?times`; `/left` is behind
the last that its connection takes (GOAWAY) once; `/late` is refused once when more than 70,000 bytes have come. What is
heard is answered with method, length and CRC of the body, and how many requests were heard of it; `/head?times=N` with a
field of N bytes besides.
Usage: http2_odd.py PORT
"""

import socketserver
import sys
import zlib
from collections import Counter

from h2 import config, connection, errors, events

refused, heard = Counter(), Counter()


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.http = connection.H2Connection(config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.http.initiate_connection()
        self.asked, self.last = {}, 0
        self.request.sendall(self.http.data_to_send())
        while data := self.request.recv(65536):
            for event in self.http.receive_data(data):
                self.take(event)
            self.request.sendall(self.http.data_to_send())

    def take(self, event):
        stream = getattr(event, "stream_id", None)
        if isinstance(event, events.RequestReceived):
            head = dict(event.headers)
            path, _, times = head[":path"].partition("?times=")
            self.asked[stream] = [head[":method"], path, int(times or 1), b""]
        elif isinstance(event, events.DataReceived) and stream in self.asked:
            self.http.acknowledge_received_data(event.flow_controlled_length, stream)
            method, path, times, body = self.asked[stream]
            self.asked[stream][3] = body = body + event.data
            if refused[path] < times and (path in ("/refused", "/left") or path == "/late" and len(body) > 70_000):
                refused[path] += 1
                del self.asked[stream]
                if path == "/left":
                    self.http.close_connection(last_stream_id=self.last)
                else:
                    self.http.reset_stream(stream, errors.ErrorCodes.REFUSED_STREAM)
        elif isinstance(event, events.StreamEnded) and stream in self.asked:
            method, path, times, body = self.asked.pop(stream)
            heard[path] += 1
            self.last = stream
            text = f"{method} {path} {len(body)} {zlib.crc32(body)}, heard {heard[path]}, refused {refused[path]}"
            fields = [("x-long", "|" * times)] if path == "/head" else []
            self.http.send_headers(stream, [(":status", "200"), ("content-type", "text/plain")] + fields)
            self.http.send_data(stream, text.encode(), end_stream=True)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
