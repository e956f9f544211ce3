"""curl against the tests' nginx: files that go up and come down again."""

from curl import Curl
from transcript import base_url

curl = Curl(base_url())
curl("nothing yet", "/upload/chunked.bin")
curl("chunked", "/upload/chunked.bin", "-H", "Transfer-Encoding: chunked", "-T", "-", stdin=b"piece " * 5000)
curl("what was uploaded", "/upload/chunked.bin")
curl("again", "/upload/chunked.bin", "-H", "Transfer-Encoding: chunked", "-T", "-", stdin=b"other " * 5000)
curl("what is there now", "/upload/chunked.bin")
curl("announced", "/upload/bytes.bin", "-T", "-", "-H", "Expect: 100-continue", stdin=b"\x00\xff" * 5000)
curl("of nothing", "/upload/empty.bin", "-X", "PUT", "-H", "Content-Length: 0")
curl.show()
