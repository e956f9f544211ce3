"""Strings of 64 MiB with redis-py, there and back. Usage: redis_big.py redis://HOST:PORT"""

import random

import redis

from transcript import Transcript, base_url

seen = Transcript()
client = redis.Redis.from_url(base_url(), socket_timeout=120)
for name, value in (("bytes", random.Random(1).randbytes(64 << 20)), ("text", b"0123456789abcdef" * (4 << 20))):
    seen.add(f"set {name}", 0, [], repr(client.set(name, value)))
    seen.add(f"get {name}", 0, [], client.get(name))
    seen.add(f"same {name}", 0, [], repr(client.get(name) == value))
client.close()
seen.show()
