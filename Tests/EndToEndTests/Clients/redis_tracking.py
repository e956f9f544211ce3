"""redis-py is told by Redis which of the keys that it read have changed. Usage: redis_tracking.py redis://HOST:PORT"""

import redis

from transcript import Transcript, base_url

URL = base_url()
seen = Transcript()
told = []


def pushed():
    """The keys of the next push: nothing was asked."""
    count = len(told)
    while len(told) == count and client.connection.can_read(timeout=20):
        client.connection.read_response(push_request=True)
    return told[count:]


other = redis.Redis.from_url(URL)
other.mset({"price": "1", "stock": "7"})
client = redis.Redis.from_url(URL, protocol=3, single_connection_client=True)
client.connection._parser.set_invalidation_push_handler(told.append)
seen.add("tracking", 0, [], repr(client.execute_command("CLIENT", "TRACKING", "ON")))
seen.add("read", 0, [], repr([client.get("price"), client.get("stock")]))
other.set("price", "2")
seen.add("told of price", 0, [], repr(pushed()))
seen.add("read again", 0, [], repr(client.get("price")))
seen.add("read more", 0, [], repr(client.mget("price", "stock")))
other.set("price", "3")
other.set("stock", "6")
seen.add("told of both", 0, [], repr(pushed() + pushed()))
seen.add("last", 0, [], repr([client.get("price"), client.get("stock")]))
client.close()
other.close()
seen.show()
