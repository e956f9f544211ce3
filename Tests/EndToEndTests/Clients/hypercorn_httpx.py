"""Asks the application of `Servers/hypercorn_asgi.py` by httpx and prints what it saw, a line each.

Usage: hypercorn_httpx.py URL 1|2 [AUTHORITY]
"""

import sys

import httpx

base, version, *authority = sys.argv[1:]
verify = authority[0] if authority else True
with httpx.Client(base_url=base, http1=version == "1", http2=version == "2", trust_env=False, verify=verify) as client:
    for method, path, body in [("GET", "/hello", None), ("POST", "/posted", b"x" * 100_000), ("PUT", "/a?b=c", b"hi")]:
        reply = client.request(method, path, content=body)
        print(reply.http_version, method, path, reply.status_code, reply.headers["content-type"], reply.json())
    with client.stream("GET", "/events") as reply:
        print(reply.http_version, reply.headers["content-type"], *[line for line in reply.iter_lines() if line])
