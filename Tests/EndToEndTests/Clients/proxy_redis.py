"""Talks to a Redis through a proxy with faults: one line for each thing it saw.

Usage: proxy_redis.py redis://HOST:PORT RECIPE…
"""

import sys
import threading

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

url = sys.argv[1]


def connect(**more):
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=20, **more)


for name in sys.argv[2:]:
    try:
        print(name, connect().get(name))
    except redis.exceptions.RedisError as error:
        print(name, type(error).__name__)

for protocol in (2, 3):
    one, other = connect(protocol=protocol, db=1), connect(protocol=protocol)
    one.set("a", protocol)
    print("database", one.get("a"), other.get("a"))
    with one.pipeline() as pipe:
        print("transaction", pipe.set("n", 1).incr("n").get("n").execute())
    heard = one.pubsub()
    heard.subscribe("news")
    print("subscribed", heard.get_message(timeout=10)["data"])
    for number in range(3):
        other.publish("news", number)
    print("published", [heard.get_message(timeout=10)["data"] for _ in range(3)])
    heard.subscribe("more")
    print("subscribed", heard.get_message(timeout=10)["data"])
    pushing = threading.Timer(0.1, lambda: connect(db=1).rpush("queue", "late"))
    pushing.start()
    print("waited", list(one.blpop("queue", timeout=10)))
    pushing.join()
