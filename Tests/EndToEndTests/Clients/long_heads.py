"""Asks for paths in turn by httpx on one connection, with a field of so many bytes; a line for each answer.

Usage: long_heads.py URL 1|2 PATH[#BYTES]...
"""

import sys

import httpx

base, version, *asked = sys.argv[1:]
with httpx.Client(base_url=base, http1=version == "1", http2=version == "2", trust_env=False, timeout=30) as client:
    connections = set()
    for words in asked:
        path, _, count = words.partition("#")
        with client.stream("GET", path, headers={"X-Long": "0" * int(count or 1)}) as reply:
            connections.add(id(reply.extensions["network_stream"]))
            print(reply.status_code, reply.read().decode().replace("\n", " "))
print("connections", len(connections))
