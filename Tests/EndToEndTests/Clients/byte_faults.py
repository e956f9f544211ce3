"""What pymemcache makes of a fault: a GET of each key. Usage: byte_faults.py tcp://HOST:PORT KEY…

What dnspython makes of one: a query of each name. Usage: byte_faults.py udp://HOST:PORT NAME…"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import dns.message
import dns.query
from pymemcache.client.base import Client

url = urlsplit(sys.argv[1])


def memcached(key):
    return repr(Client((url.hostname, url.port), timeout=2).get(key))


def query(name):
    reply = dns.query.udp(dns.message.make_query(name, "A"), url.hostname, port=url.port, timeout=2)
    return " ".join(str(answer[0]) for answer in reply.answer)


def ask(name):
    try:
        return (memcached if url.scheme == "tcp" else query)(name)
    except Exception as error:
        return type(error).__name__


names = sys.argv[2:]
with ThreadPoolExecutor(16) as pool:
    print(json.dumps(dict(zip(names, pool.map(ask, names)))))
