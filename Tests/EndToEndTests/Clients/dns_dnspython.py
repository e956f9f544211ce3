"""dnspython against a DNS server over UDP; each query draws an id of its own."""

import sys
from urllib.parse import urlsplit

import dns.message
import dns.query

from transcript import Transcript

url = urlsplit(sys.argv[1])
seen = Transcript()
for name, kind in [("one.test", "A"), ("two.test", "AAAA"), ("one.test", "A"), ("none.test", "A"), ("txt.test", "TXT")]:
    query = dns.message.make_query(name, kind)
    # Raises where the answer is not to this very query.
    reply = dns.query.udp(query, url.hostname, port=url.port, timeout=10)
    reply.id = 0
    seen.add(f"{name} {kind}", reply.rcode(), [], reply.to_text())
seen.show()
