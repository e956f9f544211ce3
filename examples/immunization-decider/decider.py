"""Decides which immunizations a person is due for, and calls the pharmacy back.

    POST /decisions {"person": "ada"}    404, or 202 and later a callback

It asks the user service who the person is, answers its client, asks the immunization service what the person has had, and
posts what is due to the pharmacy. The context of the client's request (W3C Trace Context and Baggage) goes with every
request that is made on its behalf, as any instrumented service has it. The rules are made up: no advice to anybody.
"""

import http.server
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timezone

USERS, IMMUNIZATIONS, PHARMACY = (os.environ[name] for name in ["USERS_URL", "IMMUNIZATIONS_URL", "PHARMACY_URL"])
CONTEXT = ["traceparent", "tracestate", "baggage"]
PAUSES = [0.05, 0.2]  # seconds, before a service that is overloaded is asked again


@dataclass(frozen=True)
class Rule:
    vaccine: str
    months: int  # between two doses
    doses: int | None = None  # in a life; without it, as long as one lives
    age: int = 0  # in years, from which it is for

    def next_dose(self, born, had, today):
        """The number of the dose that is due today, or None."""
        if months_between(born, today) < 12 * self.age or self.doses is not None and len(had) >= self.doses:
            return None
        return len(had) + 1 if not had or months_between(max(had), today) >= self.months else None


RULES = [
    Rule("tetanus", months=120),
    Rule("measles", months=1, doses=2, age=1),
    Rule("influenza", months=12, age=60),
    Rule("shingles", months=2, doses=2, age=60),
]


def months_between(start, end):
    return 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)


def due(user, history, today):
    """What the person should have, as the pharmacy wants it."""
    decided = []
    for rule in RULES:
        had = [date.fromisoformat(dose["on"]) for dose in history if dose["vaccine"] == rule.vaccine]
        dose = rule.next_dose(date.fromisoformat(user["born"]), had, today)
        if dose is not None and rule.vaccine not in user.get("allergies", []):
            decided.append({"vaccine": rule.vaccine, "dose": dose})
    return decided


def ask(method, url, context, body=None, **headers):
    """Asks a service, again where it says 503. Other errors are raised, as `urllib.error.HTTPError`."""
    headers |= context | {"Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    for pause in [*PAUSES, None]:
        try:
            request = urllib.request.Request(url, data=data, method=method, headers=headers)
            with urllib.request.urlopen(request, timeout=10) as reply:
                return json.loads(reply.read())
        except urllib.error.HTTPError as error:
            if error.code != 503 or pause is None:
                raise
        time.sleep(pause)


def decide(person, user, context):
    """Everything behind the answer to the client."""
    try:
        history = ask("GET", f"{IMMUNIZATIONS}/users/{urllib.parse.quote(person, safe='')}/immunizations", context)
        decision = {"person": person, "due": due(user, history, datetime.now(timezone.utc).date())}
    except OSError as error:
        decision = {"person": person, "problem": f"no history: {error}"}
    try:
        ask("POST", f"{PHARMACY}/callbacks", context, decision, **{"Idempotency-Key": str(uuid.uuid4())})
    except OSError as error:
        print(f"the pharmacy does not take what was decided for {person}: {error}", file=sys.stderr)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        context = {name: self.headers[name] for name in CONTEXT if name in self.headers}
        try:
            person = json.loads(body)["person"] if self.path == "/decisions" else None
        except (ValueError, KeyError, TypeError):
            person = None
        if not isinstance(person, str):
            return self.answer(400, {"error": 'ask for POST /decisions {"person": "ada"}'})
        try:
            user = ask("GET", f"{USERS}/users/{urllib.parse.quote(person, safe='')}", context)
        except urllib.error.HTTPError as error:
            return self.answer(404 if error.code == 404 else 502, {"error": f"user {person}: {error}"})
        self.answer(202, {"person": person})
        threading.Thread(target=decide, args=(person, user, context)).start()

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(os.environ.get("PORT", 0))), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
