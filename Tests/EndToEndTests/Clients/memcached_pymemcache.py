"""pymemcache against a memcached: text commands, and values that hold anything."""

import sys
from urllib.parse import urlsplit

from pymemcache.client.base import Client

from transcript import Transcript

url = urlsplit(sys.argv[1])
client = Client((url.hostname, url.port), default_noreply=False, timeout=10)
seen = Transcript()


def ask(name, value):
    seen.add(name, 0, [], repr(value))


ask("set", client.set("greeting", b"hello\r\nworld"))
ask("get", client.get("greeting"))
ask("nothing", client.get("none"))
ask("set bytes", client.set("bytes", bytes(range(256))))
ask("get bytes", client.get("bytes"))
ask("incr nothing", client.incr("n", 1))
ask("set number", client.set("n", "5"))
ask("incr", client.incr("n", 2))
ask("get many", sorted(client.get_many(["greeting", "n"]).items()))
ask("delete", client.delete("n"))
ask("get again", client.get("greeting"))
ask("version", client.version())
client.quit()
seen.show()
