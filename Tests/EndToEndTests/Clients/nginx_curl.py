"""curl against the tests' nginx: what a static server says, the same however often it is asked."""

from curl import Curl
from transcript import base_url

curl = Curl(base_url())
_, fields, _ = curl("a file", "/hello.txt")
curl("an empty file", "/empty.txt")
curl("JSON", "/data.json")
curl("bytes", "/bytes.bin")
curl("HEAD", "/bytes.bin", "--head")
curl("nothing there", "/missing.txt")
curl("a range", "/bytes.bin", "-r", "100-199")
curl("the end of a range", "/bytes.bin", "-r", "-10")
curl("no such range", "/hello.txt", "-r", "5000-6000")
curl("not changed by its ETag", "/hello.txt", "-H", "If-None-Match: " + fields["etag"])
curl("not changed since", "/hello.txt", "-H", "If-Modified-Since: " + fields["last-modified"])
curl("gzip", "/lines.txt", "--compressed")
curl("gzip, as it is", "/lines.txt", "-H", "Accept-Encoding: gzip")
curl("not gzip", "/lines.txt")
curl("a query", "/hello.txt?a=1&b=two&a=3")
curl("an escaped path", "/hello%2Etxt?q=%C3%A9%20x")
curl("repeated and mixed-case fields", "/many")
curl("no content", "/none")
curl("a redirect", "/moved")
# curl 7.88 cannot send a second request on a connection of HTTP/2 that it began unasked.
curl("a redirect followed", "/moved", "-L", "--http1.1")
curl("a post", "/posted", "-d", "a=1&b=2")
curl("another post", "/posted", "-d", "a=1&b=3")
curl("a method not allowed", "/hello.txt", "-X", "DELETE")
curl("HTTP/1.0", "/hello.txt", "--http1.0")
curl.show()
