"""Server-sent events, one in a tenth of a second: three at `/three` and `/secret`, without end at `/endless`.

Usage: events.py PORT
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Events(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        self.send_response(200)
        if self.path == "/":
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        number = 0
        try:
            while self.path == "/endless" or number < 3:
                number += 1
                text = f'{{"password": "hunter2{number}"}}' if self.path == "/secret" else f"tick {number}"
                head = "" if self.path == "/secret" else f"id: {number}\n"
                self.chunk(f"{head}data: {text}\n\n".encode())
                time.sleep(0.1)
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Events).serve_forever()
