"""curl against httpbin: what its options make of a request."""

import json
import os
import tempfile

from curl import Curl
from transcript import base_url

curl = Curl(base_url())
curl("get", "/get?x=1")
curl("json", "/json")
curl("compressed", "/gzip", "--compressed")
curl("brotli", "/brotli", "--compressed")
curl("basic auth", "/basic-auth/carol/tr0ub4dor", "-u", "carol:tr0ub4dor")
curl("digest auth", "/digest-auth/auth/carol/tr0ub4dor", "--digest", "-u", "carol:tr0ub4dor")
curl("redirects, followed", "/redirect/3", "-L")
curl("a form", "/post", "-d", "a=1", "--data-urlencode", "b=x y&z")
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "note.txt"), "w") as file:
        file.write("a file of a form\n")
    # The boundary is drawn anew by every run of curl, and httpbin does not quote it: the same form must be found.
    curl("a file of a form", "/post", "-F", "field=value", "-F", f"note=@{folder}/note.txt")
curl("put", "/put", "-X", "PUT", "-d", json.dumps({"k": 1}), "-H", "Content-Type: application/json")
curl("a large body, announced", "/post", "-H", "Expect: 100-continue", "--data-binary", "x" * 100_000)
curl.show()
