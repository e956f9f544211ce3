"""A server that answers each line with what no honest server sends.

`length` announces 9,000,000,000 bytes of RESP, `nesting` opens 10,000 arrays, `half` says half a value and then nothing,
`random` says random bytes; anything else gets `+OK`.
"""

import random
import socketserver
import sys

REPLIES = {
    b"length": b"$9000000000\r\n",
    b"nesting": b"*1\r\n" * 10_000,
    b"half": b"$10\r\nabc",
    b"random": random.Random(7).randbytes(4096),
}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(REPLIES.get(line.strip(), b"+OK\r\n"))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
