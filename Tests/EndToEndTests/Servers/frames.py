"""A server whose messages tell their own length in eight bytes: it answers each with `hello`, and keeps silent to half of
one and to one that is too long."""

import socketserver
import sys


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while len(head := self.rfile.read(8)) == 8:
            length = int.from_bytes(head)
            if length > 1 << 20:
                self.rfile.read()
                return
            if len(self.rfile.read(length)) < length:
                return
            self.wfile.write(b"hello")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
