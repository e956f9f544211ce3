"""What a client saw, as the tests read it: a JSON list of replies on stdout."""

import hashlib
import json
import sys


class Transcript:
    def __init__(self):
        self.replies = []

    def add(self, name, status, headers, body):
        """One reply: `headers` are pairs as they came, `body` what the client gives its user."""
        if isinstance(body, str):
            body = body.encode()
        self.replies.append(
            {
                "name": name,
                "status": status,
                "headers": [[str(key), str(value)] for key, value in headers],
                "length": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "preview": repr(body[:300]),
            }
        )

    def show(self):
        json.dump(self.replies, sys.stdout)


def base_url():
    return sys.argv[1].rstrip("/")
