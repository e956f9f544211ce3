"""curl against etcd's HTTP/JSON gateway: keys, transactions, leases, and what is no request at all."""

import base64

from curl import Curl
from transcript import base_url


def b64(text):
    return base64.b64encode(text.encode()).decode()


curl = Curl(base_url())
curl("version", "/version")
curl("health", "/health")
for number in range(3):
    curl.json(f"put {number}", "/v3/kv/put", {"key": b64(f"fruit/{number}"), "value": b64(f"apple {number}")})
curl.json("range", "/v3/kv/range", {"key": b64("fruit/1")})
curl.json("range of a prefix", "/v3/kv/range", {"key": b64("fruit/"), "range_end": b64("fruit0"), "limit": 2})
curl.json("range of nothing", "/v3/kv/range", {"key": b64("stone/1")})
curl.json("put over", "/v3/kv/put", {"key": b64("fruit/1"), "value": b64("pear"), "prev_kv": True})
curl.json("range again", "/v3/kv/range", {"key": b64("fruit/1")})
curl.json(
    "txn",
    "/v3/kv/txn",
    {
        "compare": [{"key": b64("fruit/1"), "target": "VALUE", "result": "EQUAL", "value": b64("pear")}],
        "success": [{"requestPut": {"key": b64("fruit/1"), "value": b64("plum")}}],
        "failure": [{"requestRange": {"key": b64("fruit/1")}}],
    },
)
curl.json("delete", "/v3/kv/deleterange", {"key": b64("fruit/2"), "prev_kv": True})
curl.json("range after the delete", "/v3/kv/range", {"key": b64("fruit/2")})
curl.json("lease grant", "/v3/lease/grant", {"TTL": 600, "ID": 7587})
curl.json("put with a lease", "/v3/kv/put", {"key": b64("held"), "value": b64("x"), "lease": 7587})
curl.json("lease revoke", "/v3/kv/lease/revoke", {"ID": 7587})
curl.json("status", "/v3/maintenance/status", {})
curl("no JSON", "/v3/kv/put", "-d", "{")
curl("no such path", "/v3/kv/nothing", "-d", "{}")
curl("no such method", "/v3/kv/range")
curl.show()
