"""Asks a memcached over TLS by pymemcache, which trusts whom its environment names.

Usage: tls_memcached.py tls://HOST:PORT
"""

import ssl
import sys
from urllib.parse import urlsplit

from pymemcache.client.base import Client

address = urlsplit(sys.argv[1])
client = Client((address.hostname, address.port), tls_context=ssl.create_default_context(), timeout=10)
print(client.set("greeting", b"hello", noreply=False), client.get("greeting"), client.get("none"))
client.close()
