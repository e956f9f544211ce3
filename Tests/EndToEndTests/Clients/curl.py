"""curl, as a function: one run a request, with its reply's last head and its body. Options for all runs stand behind
the program's URL."""

import json
import subprocess
import sys
import tempfile

from transcript import Transcript


class Curl(Transcript):
    def __init__(self, base):
        super().__init__()
        self.base = base

    def __call__(self, name, path, *options, stdin=None):
        with tempfile.TemporaryDirectory() as folder:
            head, body = f"{folder}/head", f"{folder}/body"
            open(body, "wb").close()
            subprocess.run(
                ["curl", "-q", "--noproxy", "*", "-sS", "--max-time", "30", "-D", head, "-o", body, *sys.argv[2:], *options,
                 self.base + path],
                input=stdin, check=True, stdout=subprocess.DEVNULL,
            )
            status, fields = last_head(open(head, encoding="latin-1", newline="").read())
            content = b"" if "--head" in options else open(body, "rb").read()
            self.add(name, status, fields, content)
            return status, {name.lower(): value for name, value in fields}, content

    def json(self, name, path, value, *options):
        """Posts `value` as JSON and gives the reply's."""
        _, _, body = self(name, path, "-H", "Content-Type: application/json", "-d", json.dumps(value), *options)
        return json.loads(body)


def last_head(text):
    """The status and fields of the last head that curl saw: not a 100 (Continue), not a redirect it followed."""
    head = [part for part in text.split("\r\n\r\n") if part.startswith("HTTP/")][-1].split("\r\n")
    fields = [line.split(":", 1) for line in head[1:] if ":" in line]
    return int(head[0].split()[1]), [(name, value.strip()) for name, value in fields]
