"""Mocks: what a templated reply, a handler and sessions cost beside a recorded reply, and how soon the control API answers."""

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time

import data
import load

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = 1_000
ENTRIES = 10_000
OPENED = 500
POLLED = 200

# About as long as a recorded document.
MOCKS = """GET {{items}}/plain/{id}

HTTP 200
Content-Type: application/json
{"note": "NOTE"}


GET {{items}}/made/{id}

HTTP 200
Content-Type: application/json
X-Asked: {{request.path.id}}
{"id": "{{request.path.id}}", "order": "{{uuid}}", "at": "{{now}}", "of": "{{request.header.Host}}", "note": "NOTE"}
"""
HANDLER = """import json, sys
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"status": 200, "json": {"path": request["path"], "note": "NOTE"}}), flush=True)
"""


def measure(bench):
    cassette = data.cassette(bench.work, SIZE)
    return {
        "replies": replies(bench, cassette), "sessions": sessions(bench, cassette), "control": control(bench, cassette),
        "testing": testing(bench)}


def testing(bench):
    """Milliseconds from asking MockrecTesting for a mock to its first answer: the first in a process, and later ones."""
    program = f"{HERE}/../.build/release/first-answer"
    words = [program, data.cassette(bench.work, 10), data.path_of(0), "20"]
    runs = [[float(line) / 1000 for line in subprocess.run(
        words, capture_output=True, text=True, check=True).stdout.split()] for _ in range(5)]
    return {"first": middle([run[0] for run in runs]), "later": middle([time for run in runs for time in run[1:]])}


def mocks(bench):
    """A cassette of two mocks."""
    def make(folder):
        folder = f"{folder}/{data.SERVICE}"
        os.makedirs(folder)
        with open(f"{folder}/mocks.hurl", "w") as file:
            file.write("# mockrec 1\n" + MOCKS.replace("NOTE", "x" * (data.BODY_BYTES - 180)))

    return data.once(f"{bench.work}/mocks", make) + f"/{data.SERVICE}"


def handled(bench):
    """A service that a trivial handler in Python answers."""
    folder = f"{bench.work}/handler"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/handler.py", "w") as file:
        file.write(HANDLER.replace("NOTE", "x" * (data.BODY_BYTES - 180)))
    return bench.mockrec.serve(folder, data.SERVICE, f"handler: [{json.dumps(sys.executable)}, handler.py]")


def in_turn(bench, everyone, rounds):
    """Rounds of several, in an order that changes: medians by name."""
    found = {name: [] for name in everyone}
    for run in everyone.values():
        run(1, None)
    for number in range(rounds):
        for name in list(everyone) if number % 2 == 0 else list(reversed(everyone)):
            found[name].append(everyone[name](bench.loader.seconds, f"mocks, {name}"))
    return {name: load.summary(rounds) for name, rounds in found.items()}


def replies(bench, cassette):
    recorded, served = bench.mockrec.start("replay", cassette), bench.mockrec.start("replay", mocks(bench))
    answered = handled(bench)
    try:
        def run(server, *asks):
            return lambda seconds, label: bench.loader.run(server, *asks, seconds=seconds, label=label)

        return in_turn(bench, {
            "recorded": run(recorded, "many", SIZE), "plain mock": run(served, "new", "/plain/"),
            "templated": run(served, "new", "/made/"), "handler": run(answered, "new", "/handled/")}, bench.rounds)
    finally:
        for server in (recorded, served, answered):
            server.stop()


def sessions(bench, cassette):
    """The same recorded replies without a control API, with one, and where sessions are open and named. Of each, the median
    ratio of a round to that without: each round has new processes, as two of one program differ by some percent.
    """
    rounds = [sessions_round(bench, cassette, number) for number in range(4 * bench.rounds - 1)]
    found = {name: load.summary([found[name] for found in rounds]) for name in rounds[0]}
    for name, figures in found.items():
        figures["ratio"] = middle([found[name]["rate"] / found["without"]["rate"] for found in rounds])
    return found


def sessions_round(bench, cassette, number):
    plain = bench.mockrec.start("replay", cassette)
    steered = bench.mockrec.start("replay", cassette, "--control", "127.0.0.1:0")
    opened = bench.mockrec.start("replay", cassette, "--control", "127.0.0.1:0")
    try:
        api = API(bench)
        for name in range(100):
            api.ask("POST", "/sessions", {"name": f"s{name}"})

        def run(server, *header):
            return lambda seconds, label: bench.loader.run(
                server, "many", SIZE, *header, seconds=seconds, label=label)

        everyone = {
            "without": run(plain), "with": run(steered), "open": run(opened),
            "named": run(opened, "X-Mockrec-Session:s7")}
        for ask in everyone.values():
            ask(1, None)
        order = list(everyone) if number % 2 == 0 else list(reversed(everyone))
        return {name: everyone[name](bench.loader.seconds, f"mocks, {name}") for name in order}
    finally:
        for server in (plain, steered, opened):
            server.stop()


class API:
    """A control API's client, on a connection that stays open; that of the server that was started last."""

    def __init__(self, bench):
        found = None
        while not found:
            time.sleep(0.01)
            found = re.search(r"listening control http (\S+):(\d+)", bench.mockrec.said())
        self.connection = http.client.HTTPConnection(found[1], int(found[2]))

    def ask(self, method, path, body=None):
        """Seconds that it takes, and the answer."""
        text = None if body is None else json.dumps(body)
        begun = time.perf_counter()
        self.connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
        reply = self.connection.getresponse()
        content = reply.read()
        took = time.perf_counter() - begun
        if reply.status >= 300:
            raise SystemExit(f"{method} {path}: {reply.status} {content[:300]!r}")
        return took, json.loads(content) if content else None


def middle(values):
    return sorted(values)[len(values) // 2]


def control(bench, cassette):
    server = bench.mockrec.start("replay", cassette, "--control", "127.0.0.1:0")
    try:
        api = API(bench)
        idle = [api.ask("GET", "/health")[0] for _ in range(OPENED)]
        opened = [api.ask("POST", "/sessions", {"name": f"s{number}"})[0] for number in range(OPENED)]
        closed = [api.ask("DELETE", f"/sessions/s{number}")[0] for number in range(OPENED)]
        api.ask("POST", "/sessions", {"name": "many"})
        entries = [
            f"GET {{{{{data.SERVICE}}}}}/added/{number}\n\nHTTP 200\nContent-Type: application/json\n"
            f"{{\"id\": {number}, \"name\": \"item {number}\"}}\n" for number in range(ENTRIES)]
        added = api.ask("POST", "/sessions/many/entries", {"entries": entries})[0]
        begun = time.perf_counter()
        check(server, "/added/9999", "many")
        first = time.perf_counter() - begun
        return {
            "health": middle(idle), "opened": middle(opened), "closed": middle(closed), "added": added, "first": first,
            "polled": polled(api, server)}
    finally:
        server.stop()


def check(server, path, session):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers={"X-Mockrec-Session": session})
    reply = connection.getresponse()
    content = reply.read()
    connection.close()
    if reply.status != 200:
        raise SystemExit(f"{path}: {reply.status} {content[:300]!r}")


def polled(api, server):
    """From sending the request that completes a long poll to the poll's answer: median, 99 of 100 and the worst."""
    found = []
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for number in range(POLLED):
        done = []

        def poll():
            api.ask("POST", "/sessions/default/requests/wait", {"match": {"path": data.path_of(number)}})
            done.append(time.perf_counter())

        thread = threading.Thread(target=poll)
        thread.start()
        time.sleep(0.005)
        begun = time.perf_counter()
        connection.request("GET", data.path_of(number))
        connection.getresponse().read()
        thread.join()
        found.append(done[0] - begun)
    return {"p50": middle(found), "p99": sorted(found)[int(len(found) * 0.99)], "worst": max(found)}
