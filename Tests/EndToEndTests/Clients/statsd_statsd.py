"""The statsd client: datagrams that nobody answers."""

import sys
from urllib.parse import urlsplit

from statsd import StatsClient

from transcript import Transcript

url = urlsplit(sys.argv[1])
client = StatsClient(url.hostname, url.port, prefix="shop")
client.incr("orders")
client.gauge("stock", 42)
client.timing("checkout", 320)
with client.pipeline() as pipe:
    pipe.incr("a")
    pipe.incr("b", 3)
seen = Transcript()
seen.add("sent", 0, [], "")
seen.show()
