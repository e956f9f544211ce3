"""httpx against the tests' nginx, over one kept-alive connection."""

import httpx

from transcript import Transcript, base_url

seen = Transcript()
with httpx.Client(base_url=base_url(), trust_env=False, limits=httpx.Limits(max_connections=1)) as client:

    def ask(name, method, path, **more):
        reply = client.request(method, path, **more)
        headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in reply.headers.raw]
        seen.add(name, reply.status_code, headers, reply.content)
        return reply

    tag = ask("a file", "GET", "/hello.txt").headers["etag"]
    ask("the same again", "GET", "/hello.txt")
    ask("JSON", "GET", "/data.json")
    ask("HEAD", "HEAD", "/lines.txt")
    ask("gzip", "GET", "/lines.txt")
    ask("a range", "GET", "/bytes.bin", headers={"Range": "bytes=65000-"})
    ask("two ranges", "GET", "/lines.txt", headers={"Range": "bytes=0-9,20-29", "Accept-Encoding": "identity"})
    ask("not changed", "GET", "/hello.txt", headers={"If-None-Match": tag})
    ask("nothing there", "GET", "/missing")
    ask("a post of JSON", "POST", "/posted", json={"a": [1, 2.50, None], "é": "ü"})
    ask("a chunked post", "POST", "/posted", content=(b"chunk %d\n" % number for number in range(50)))
    ask("no content", "GET", "/none")
    ask("after all that", "GET", "/hello.txt", params={"last": "yes"})
seen.show()
