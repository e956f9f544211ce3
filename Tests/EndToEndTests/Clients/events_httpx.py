"""Listens to server-sent events by httpx, in HTTP/1.1 or HTTP/2: all of `/three`, and three of `/endless`.

Usage: events_httpx.py URL 1|2
"""

import sys

import httpx

base, version = sys.argv[1:]
with httpx.Client(base_url=base, http1=version == "1", http2=version == "2", trust_env=False) as client:
    for path in ["/three", "/endless"]:
        heard = []
        with client.stream("GET", path) as reply:
            for line in reply.iter_lines():
                if line.startswith("data: "):
                    heard.append(line[6:])
                if len(heard) == 3 and path == "/endless":
                    break
        print(f"{path}: {', '.join(heard)}")
