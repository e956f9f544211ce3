"""What redis-py and valkey-py make of each fault: for every key, the value of GET or the error.

Each asks over a connection of its own, so that a broken one is nobody else's. Usage: redis_faults.py URL VERSION KEY…"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import redis
import valkey

url, version, keys = sys.argv[1], int(sys.argv[2]), sys.argv[3:]


def ask(library, connect, key):
    module = __import__(library)
    backoff = __import__(f"{library}.backoff", fromlist=["NoBackoff"])
    retry = __import__(f"{library}.retry", fromlist=["Retry"])
    client = connect(url, protocol=version, socket_timeout=2, retry=retry.Retry(backoff.NoBackoff(), 0))
    try:
        return repr(client.get(key))
    except module.exceptions.RedisError if library == "redis" else module.exceptions.ValkeyError as error:
        return f"{type(error).__name__}: {error}" if isinstance(error, module.exceptions.ResponseError) else type(error).__name__


def both(key):
    return {
        "redis": ask("redis", redis.Redis.from_url, key), "valkey": ask("valkey", valkey.Valkey.from_url, key)}


with ThreadPoolExecutor(16) as pool:
    print(json.dumps(dict(zip(keys, pool.map(both, keys)))))
