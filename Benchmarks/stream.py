"""A gigabyte through the recorder: what it takes at most."""

import subprocess
import time

import servers

ORIGIN = """
import http.server, sys
class Big(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *words): pass
    def do_GET(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        piece = bytes(range(256)) * 4096
        chunk = b"%x\\r\\n%s\\r\\n" % (len(piece), piece)
        for _ in range(1024):
            self.wfile.write(chunk)
        self.wfile.write(b"0\\r\\n\\r\\n")
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Big).serve_forever()
"""


def measure(bench):
    port = servers.free_port()
    origin = servers.spawn(["python3", "-c", ORIGIN, str(port)], servers.LOAD_CORE)
    servers.wait_for(port, origin)
    rows = []
    try:
        for kind, option in (("HTTP/1.1", "--http1.1"), ("HTTP/2", "--http2-prior-knowledge")):
            cassette = f"{bench.work}/gigabyte"
            subprocess.run(["rm", "-rf", cassette], check=True)
            server = bench.mockrec.start("record", cassette, "--real", f"http://127.0.0.1:{port}")
            try:
                started = time.perf_counter()
                done = subprocess.run(
                    ["curl", "-sS", option, "-o", "/dev/null", "-w", "%{size_download}", f"{server.url}/"],
                    capture_output=True, text=True)
                if done.stdout != str(1 << 30):
                    raise SystemExit(f"the download failed: {done.stdout} {done.stderr}")
                rows.append({
                    "kind": kind, "seconds": time.perf_counter() - started, "highest": server.memory()[1]})
            finally:
                server.stop()
                subprocess.run(["rm", "-rf", cassette], check=True)
        return rows
    finally:
        origin.kill()
