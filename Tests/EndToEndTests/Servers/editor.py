"""A proxy that edits answers on their way: a service that has changed. Usage: editor.py PORT REAL_PORT EDITS

The file EDITS, read for each request, is empty, or a JSON object: `path`, with which the target of the requests
begins that it is for, and `code`, Python that changes these of the answer:

    status      a number
    headers     a list of [name, value]
    body        the JSON of the body, where it is some
    text        the body as text, where it is no JSON

`close` in place of `code` ends the connection without an answer, `garbage` answers with what is no HTTP.
"""

import http.client
import json
import pathlib
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, real_port, edits = int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
OF_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Answer:
    """What the code of an edit sees."""

    def __init__(self, reply):
        self.status = reply.status
        self.headers = [[name, value] for name, value in reply.getheaders() if name.lower() not in OF_CONNECTION]
        self.text = reply.read().decode("latin-1")

    def edit(self, code):
        def put(name, value):
            for pair in self.headers:
                if pair[0].lower() == name.lower():
                    pair[1] = value
                    return
            self.headers.append([name, value])

        def drop(name):
            self.headers[:] = [pair for pair in self.headers if pair[0].lower() != name.lower()]

        names = {"status": self.status, "headers": self.headers, "text": self.text, "put": put, "drop": drop}
        try:
            names["body"] = json.loads(self.text)
        except ValueError:
            names["body"] = None
        before = json.dumps(names["body"])
        names["sleep"] = time.sleep
        exec(code, names)
        self.status, self.text = names["status"], names["text"]
        if json.dumps(names["body"]) != before:
            self.text = json.dumps(names["body"], indent=2)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def ask(self):
        connection = http.client.HTTPConnection("127.0.0.1", real_port, timeout=30)
        length = int(self.headers.get("Content-Length", 0))
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "keep-alive"):
                connection.putheader(name, value)
        connection.endheaders(self.rfile.read(length))
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def handle_any(self):
        answer = self.ask()
        edit = json.loads(edits.read_text() or "{}")
        if edit and self.path.startswith(edit["path"]):
            code = edit["code"]
            if code == "close":
                self.close_connection = True
                return
            if code == "garbage":
                self.wfile.write(b"220 ready when you are\r\n")
                self.close_connection = True
                return
            answer.edit(code)
        body = answer.text.encode("latin-1")
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204 and answer.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_any


ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
