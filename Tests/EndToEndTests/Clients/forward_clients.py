"""Asks two services, one of them over TLS, by clients that know of a proxy and its authority from their environment only.

Prints a line for each client and service: the client's name and what it got.
Usage: forward_clients.py URL URL CLIENT…
"""

import os
import subprocess
import sys

SCRIPT = os.path.join(os.path.dirname(__file__), "tls_clients.py")


def node_modules(url):
    """The modules http and https, which look at no variable either."""
    program = f"require({url.split(':')[0]!r}).get({url!r}, r => r.on('data', d => process.stdout.write(d)))"
    return subprocess.run(["node", "-e", program], capture_output=True, text=True).stdout.strip()


for url in sys.argv[1:3]:
    subprocess.run([sys.executable, "-B", SCRIPT, url, *sys.argv[3:]], check=True)
    print("node-modules", node_modules(url), flush=True)
