"""requests against every family of httpbin's endpoints."""

import requests
from requests.auth import HTTPDigestAuth
from urllib3.filepost import encode_multipart_formdata

from transcript import Transcript, base_url

base = base_url()
seen = Transcript()
session = requests.Session()
session.trust_env = False


def ask(name, method, path, **more):
    more.setdefault("allow_redirects", False)
    reply = session.request(method, base + path, **more)
    seen.add(name, reply.status_code, reply.raw.headers.items(), reply.content)
    return reply


# Methods, and bodies of every kind.
for method in ["GET", "HEAD", "OPTIONS"]:
    ask(method, method, "/get?a=1&b=two")
for method in ["POST", "PUT", "PATCH", "DELETE"]:
    ask(method, method, "/" + method.lower(), json={"method": method, "list": [1, 2.0, None], "é": "ü"})
ask("anything", "POST", "/anything/x/y?q=%20", data="plain", headers={"X-Mixed-Case": "Yes"})
ask("a form", "POST", "/post", data={"name": "alice", "note": "a & b = c"})
files, kind = encode_multipart_formdata({"field": "v", "file": ("a.bin", bytes(range(256)))}, boundary="fixed-boundary")
ask("files", "POST", "/post", data=files, headers={"Content-Type": kind})
ask("a chunked body", "POST", "/post", data=(b"piece %d;" % number for number in range(20)))
ask("a large body", "POST", "/post", data=b"0123456789abcdef" * 20_000)

# Status codes and redirects.
for status in [200, 201, 204, 301, 304, 400, 401, 403, 404, 405, 406, 410, 418, 429, 500, 502, 503, 599]:
    ask(f"status {status}", "GET", f"/status/{status}")
    ask(f"status {status} to a post", "POST", f"/status/{status}", data="x")
ask("a relative redirect", "GET", "/relative-redirect/2")
ask("three redirects, followed", "GET", "/redirect/3", allow_redirects=True)
ask("a redirect elsewhere", "GET", "/redirect-to?url=http%3A%2F%2Fexample.invalid%2F&status_code=307")

# Cookies.
ask("cookies, none yet", "GET", "/cookies")
ask("cookies set, followed", "GET", "/cookies/set?flavour=oat&size=small", allow_redirects=True)
ask("a cookie deleted", "GET", "/cookies/delete?flavour=")
ask("cookies, one quoted", "GET", "/get")
session.cookies.clear()

# Encodings and formats.
for path in ["gzip", "deflate", "brotli", "encoding/utf8", "json", "xml", "html", "robots.txt", "deny"]:
    ask(path, "GET", "/" + path)
for kind in ["png", "jpeg", "webp", "svg"]:
    ask(f"image {kind}", "GET", f"/image/{kind}")
ask("image by Accept", "GET", "/image", headers={"Accept": "image/webp"})
ask("image not acceptable", "GET", "/image", headers={"Accept": "text/none"})

# Bodies that come in pieces.
ask("stream", "GET", "/stream/20")
ask("stream-bytes", "GET", "/stream-bytes/5000?seed=7&chunk_size=600")
ask("bytes", "GET", "/bytes/4096?seed=42")
ask("range", "GET", "/range/2048?chunk_size=100", headers={"Range": "bytes=100-1199"})
ask("no such range", "GET", "/range/100", headers={"Range": "bytes=1000-2000"})
ask("drip", "GET", "/drip?duration=0.2&numbytes=5&delay=0")
ask("links", "GET", "/links/5/2", allow_redirects=True)
ask("base64", "GET", "/base64/aGVsbG8sIHdvcmxk")
ask("delay", "GET", "/delay/0.1")

# Authentication.
ask("basic auth, without", "GET", "/basic-auth/alice/opensesame")
ask("basic auth", "GET", "/basic-auth/alice/opensesame", auth=("alice", "opensesame"))
ask("hidden basic auth", "GET", "/hidden-basic-auth/alice/opensesame", auth=("alice", "opensesame"))
ask("bearer", "GET", "/bearer", headers={"Authorization": "Bearer s3cr3t-bearer-value"})
ask("digest auth", "GET", "/digest-auth/auth/alice/opensesame", auth=HTTPDigestAuth("alice", "opensesame"))
session.cookies.clear()

# Caching, and what is said of the request.
ask("cache", "GET", "/cache")
ask("cache, not changed", "GET", "/cache", headers={"If-None-Match": "x"})
ask("cache for a time", "GET", "/cache/60")
ask("etag", "GET", "/etag/abc", headers={"If-None-Match": "abc"})
ask("etag, precondition", "GET", "/etag/abc", headers={"If-Match": "other"})
ask("response headers", "GET", "/response-headers?X-A=1&X-A=2&freeform=yes")
ask("user agent", "GET", "/user-agent", headers={"User-Agent": "a test"})
ask("headers", "GET", "/headers")
ask("ip", "GET", "/ip")
ask("nothing there", "GET", "/no/such/endpoint")
seen.show()
