"""httpx against the basics of httpbin."""

import httpx

from transcript import Transcript, base_url

seen = Transcript()
with httpx.Client(base_url=base_url(), trust_env=False) as client:

    def ask(name, method, path, **more):
        reply = client.request(method, path, **more)
        headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in reply.headers.raw]
        seen.add(name, reply.status_code, headers, reply.content)

    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]:
        ask(f"anything {method}", method, "/anything?m=" + method)
    ask("json", "GET", "/json")
    ask("gzip", "GET", "/gzip")
    ask("deflate", "GET", "/deflate")
    ask("brotli", "GET", "/brotli")
    ask("stream", "GET", "/stream/5")
    ask("a teapot", "GET", "/status/418")
    ask("redirects, followed", "GET", "/redirect/2", follow_redirects=True)
    ask("cookies, followed", "GET", "/cookies/set?a=b", follow_redirects=True)
    client.cookies.clear()
    ask("basic auth", "GET", "/basic-auth/bob/letmein99", auth=("bob", "letmein99"))
    ask("digest auth", "GET", "/digest-auth/auth/bob/letmein99", auth=httpx.DigestAuth("bob", "letmein99"))
    client.cookies.clear()
    ask("a form", "POST", "/post", data={"k": ["v1", "v2"]})
    ask("a post of JSON", "POST", "/post", json={"z": 1, "a": 2})
seen.show()
