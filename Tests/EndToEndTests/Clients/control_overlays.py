"""Lays faults over mocks while they are served, over connections that stay open, and says what came."""

import http.client
import json
import os
import ssl
import sys
import threading
import time
import urllib.parse

CONTROL, SERVICE = os.environ["MOCKREC_CONTROL"], os.environ.get("SHOP_URL")
BROKEN = "overlay: broken\nrules:\n  - {match: {path: /known}, fault: {status: 503}}\n"


class Connection:
    """One connection that is kept."""

    def __init__(self, url=SERVICE, session=None, context=None):
        address = urllib.parse.urlsplit(url)
        if address.scheme == "https":
            self.http = http.client.HTTPSConnection(address.hostname, address.port, timeout=30, context=context)
        else:
            self.http = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        self.session = session
        self.http.connect()
        self.port = self.http.sock.getsockname()[1]

    def ask(self, method, path, body=None):
        headers = {"X-Mockrec-Session": self.session} if self.session else {}
        self.http.request(method, path, body=body, headers=headers)
        reply = self.http.getresponse()
        text = reply.read()
        return reply.status, text

    def get(self, path="/known", times=1):
        statuses = [self.ask("GET", path)[0] for _ in range(times)]
        return statuses[0] if times == 1 else statuses

    @property
    def is_kept(self):
        return self.http.sock is not None and self.http.sock.getsockname()[1] == self.port


def control(method, path, body=None, connection=None):
    status, text = (connection or Connection(CONTROL)).ask(method, path, None if body is None else json.dumps(body))
    return status, json.loads(text) if text else None


def say(what, *values):
    print(what + ":", *values, flush=True)


def counts(session, name):
    for overlay in control("GET", f"/sessions/{session}/overlays")[1]:
        if overlay["name"] == name:
            return [(rule["matched"], rule["fired"], rule["idle"]) for rule in overlay["rules"]]
    return None


def switched():
    """A fault that comes and goes on a connection that stays."""
    connection, path = Connection(), "/sessions/default/overlays"
    before = connection.get()
    added = control("POST", path, {"overlay": BROKEN})
    say("added", added[0], added[1]["name"], added[1]["active"], added[1]["rules"][0]["fault"])
    say("broken", before, connection.get())
    say("off", control("PATCH", path + "/broken", {"active": False})[1]["active"], connection.get())
    say("on", control("PATCH", path + "/broken", {"active": True})[0], connection.get(), counts("default", "broken"))
    say("again", control("POST", path, {"overlay": BROKEN})[0])
    say("gone", control("DELETE", path + "/broken")[0], connection.get(), counts("default", "broken"))
    say("no such", control("DELETE", path + "/broken")[0])
    unnamed = BROKEN.split("\n", 1)[1]
    say("named", *[control("POST", path, {"overlay": text, "name": "mine"})[1].get(word) for text, word in [(unnamed, "name"), (BROKEN, "detail")]])
    say("put", control("PUT", path + "/mine", {"overlay": unnamed, "name": "mine"})[0], control("PUT", path + "/mine", {"overlay": unnamed, "name": "other"})[0])
    control("DELETE", path + "/mine")
    say("kept", connection.is_kept)


def changed():
    """The same words as JSON; counts last until a reset, and begin anew with a change."""
    connection, path = Connection(session="a"), "/sessions/a/overlays"
    control("POST", "/sessions", {"name": "a"})
    rule = {"match": {"path": "/known"}, "when": {"first": 1}, "fault": {"status": 429}}
    say("as json", control("POST", path, {"name": "lim\u00edt", "rules": [rule]})[0], connection.get(times=2))
    say("other", control("POST", path, {"rules": [{"match": {"path": "/a"}, "recipe": "http/maintenance"}]})[1]["name"])
    say("recipe", connection.get("/a"), connection.get(), Connection().get("/a"))
    rule["when"]["first"] = 2
    say("changed", control("PUT", path + "/lim%C3%ADt", {"rules": [rule]})[0], connection.get(times=3))
    say("counted", counts("a", "lim\u00edt"), counts("a", "overlay-1"))
    say("reset", control("POST", "/sessions/a/reset")[0], counts("a", "lim\u00edt"), connection.get(times=3))
    say("stays", [overlay["name"] for overlay in control("GET", path)[1]])


def filed():
    """The overlay of a file is on in all sessions until one switches it off."""
    connection, common = Connection(session="a"), Connection()
    shown = control("GET", "/sessions/a/overlays")[1][0]
    say("file", shown["name"], shown["file"], shown["active"], connection.get("/filed"), common.get("/filed"))
    say("refused", *[control(*call)[0] for call in [
        ("DELETE", "/sessions/a/overlays/of%20a%20file"),
        ("PUT", "/sessions/a/overlays/of%20a%20file", {"overlay": BROKEN.replace("broken", "of a file")})]])
    say("off", control("PATCH", "/sessions/a/overlays/overlays%2Ffile.yaml", {"active": False})[0])
    say("in one", connection.get("/filed"), common.get("/filed"))


def beside():
    """One session is slow, one is broken, and a third is neither, on one connection in turn and side by side."""
    for name, fault in [("slow", "latency: 400ms"), ("torn", "reset: before")]:
        control("POST", "/sessions", {"name": name})
        control("POST", f"/sessions/{name}/overlays", {"overlay": f"rules:\n  - fault: {{{fault}}}\n"})
    said = {}

    def run(name, connection):
        started = time.monotonic()
        try:
            status = connection.get()
        except (ConnectionError, http.client.HTTPException):
            status = "reset"
        said[name] = (status, time.monotonic() - started)

    threads = [threading.Thread(target=run, args=(name, Connection(session=name))) for name in ["slow", "torn", "a2"]]
    control("POST", "/sessions", {"name": "a2"})
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say("slow", said["slow"][0], said["slow"][1] >= 0.4)
    say("torn", said["torn"][0])
    say("neither", said["a2"][0])
    one = Connection()
    statuses = []
    for session in [None, "slow", "a2", "slow", None]:
        one.session = session
        statuses.append(one.get())
    say("in turn", statuses, one.is_kept)


def drawn():
    """What is drawn in a session is what is drawn in any other for the same requests."""
    text = "overlay: dice\nrules:\n  - {when: {probability: 0.5}, match: {path: /known, connection: 1}, fault: {status: 500}}\n"
    drawn = []
    for session in ["d1", "d2"]:
        control("POST", "/sessions", {"name": session})
        control("POST", f"/sessions/{session}/overlays", {"overlay": text})
        connection = Connection(session=session)
        drawn.append(connection.get(times=40))
        say("another connection", 500 in Connection(session=session).get(times=40))
    say("equal", drawn[0] == drawn[1], set(drawn[0]) == {200, 500})


def many():
    """100 sessions at once, each with an overlay of its own on a connection of its own."""
    wrong = []

    def run(number):
        name, status = f"m{number}", 400 + number % 50
        steering = Connection(CONTROL)
        control("POST", "/sessions", {"name": name}, steering)
        connection = Connection(session=name)
        rule = {"match": {"path": "/known"}, "when": {"every": 2}, "fault": {"status": status, "body": name}}
        if control("POST", f"/sessions/{name}/overlays", {"name": "many", "rules": [rule]}, steering)[0] != 201:
            wrong.append((name, "not added"))
        said = [connection.ask("GET", "/known") for _ in range(6)]
        control("PATCH", f"/sessions/{name}/overlays/many", {"active": False}, steering)
        said.append(connection.ask("GET", "/known"))
        wanted = [(200, b"recorded"), (status, name.encode())] * 3 + [(200, b"recorded")]
        if said != wanted or not connection.is_kept:
            wrong.append((name, said))
        control("DELETE", f"/sessions/{name}", connection=steering)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say("many", wrong)


BAD = [
    {"overlay": "rules:\n  - {match: {pth: /a}, fault: {status: 503}}\n"},
    {"overlay": "rules:\n  - {service: shp, fault: {status: 503}}\n"},
    {"overlay": "rules:\n  - {fault: {status: 503}}\n  - {match: {path: /a}, fault: hang}\n"},
    {"overlay": "rules:\n  - {fault: {clock: {jump: 1h}}}\n"},
    {"overlay": "rules:\n  - {fault: {timing: 2}}\n"},
    {"overlay": "rules:\n  - {recipe: redis/oom}\n"},
    {"overlay": "rules:\n  - {recipe: http/maintenanse}\n"},
    {"overlay": "rules:\n  - {fault: {status: 200, file: /etc/passwd}}\n"},
    {"overlay": "rules:\n  - {fault: {tls-handshake: true}}\n"},
    {"overlay": "rules: [\n"},
    {"overlay": ""},
    {"overlay": "rules: [{fault: {recorded: {status: 418}}}]\n"},
    {"name": "x", "rules": []},
    {"name": "x", "rules": [{"fault": {"statsu": 503}}]},
    {"name": "x", "rules": [{"fault": {"status": 503}}], "more": 1},
    {"name": "", "rules": [{"fault": {"status": 503}}]},
    {"overlay": 1},
    {"overly": "rules: []"},
    {},
    [],
]


def bad():
    control("POST", "/sessions", {"name": "bad"})
    control("POST", "/sessions/bad/overlays", {"overlay": BROKEN})
    before = control("GET", "/sessions/bad/overlays")[1]
    for body in BAD:
        status, problem = control("POST", "/sessions/bad/overlays", body)
        lines = [line.strip() for line in problem["detail"].split("\n")]
        place = next((line[4:] for line in lines if line.startswith("--> ")), "")
        say("bad", status, problem.get("field"), place, "^" if any("^" in line for line in lines) else "-", lines[0])
    say("shadowed", control("POST", "/sessions/bad/overlays", {"overlay": BROKEN.replace("broken", "more")})[0])
    say("renamed", control("PUT", "/sessions/bad/overlays/broken", {"overlay": BROKEN.replace("broken", "more")})[0])
    for body in [{}, {"active": 1}, {"active": True, "on": True}]:
        say("switch", *[control("PATCH", "/sessions/bad/overlays/broken", body)[1][key] for key in ["status", "field"]])
    say("as it was", before == control("GET", "/sessions/bad/overlays")[1], Connection(session="bad").get())
    say("nobody's", control("GET", "/sessions/nobody/overlays")[0])


def handshakes():
    """Handshakes that fail are of sessions that have ports; the run's own ports are of the default session."""
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])

    def shakes(url):
        try:
            return Connection(url, context=context).get()
        except (ssl.SSLError, ConnectionError):
            return "broken"

    text = {"overlay": "rules:\n  - {fault: {tls-handshake: true}}\n"}
    control("POST", "/sessions", {"name": "named"})
    refused = control("POST", "/sessions/named/overlays", text)
    say("without ports", refused[0], refused[1]["detail"].split("\n")[0])
    ports = control("POST", "/sessions", {"name": "ports", "ports": True})[1]["services"][0]["address"]
    say("whole", shakes(ports), shakes(SERVICE))
    say("added", control("POST", "/sessions/ports/overlays", text)[0], shakes(ports), shakes(SERVICE))
    say("counted", counts("ports", "overlay-1"))
    say("off", control("PATCH", "/sessions/ports/overlays/overlay-1", {"active": False})[0], shakes(ports))
    say("default", control("POST", "/sessions/default/overlays", text)[0], shakes(ports), shakes(SERVICE))


def model():
    """Faults of a model come and go on connections that stay: silent ones, and those of its clock."""
    import redis

    def client(session):
        address = control("POST", "/sessions", {"name": session, "ports": True})[1]["services"][0]["address"]
        return redis.Redis.from_url(address, single_connection_client=True, decode_responses=True)

    here, there = client("here"), client("there")
    path = "/sessions/here/overlays"

    def lay(name, match, fault):
        return control("POST", path, {"name": name, "rules": [{"match": {"command": match}, "fault": fault}]})[0]

    for cache in [here, there]:
        cache.set("k", 1)
    say("dropped", lay("lost", "SET", "drop-write"), here.set("k", 2), here.get("k"), there.set("k", 2), there.get("k"))
    say("off", control("PATCH", path + "/lost", {"active": False})[0], here.set("k", 3), here.get("k"))
    say("stale", lay("stale", "GET", {"stale-read": {"answers": 1}}), here.get("k"), here.set("k", 4), here.get("k"))
    say("gone", control("DELETE", path + "/stale")[0], here.get("k"), here.set("k", 5), here.get("k"))
    for cache in [here, there]:
        cache.expire("k", 100)
    say("later", lay("later", "PING", {"clock": {"jump": "1h"}}), here.ping(), there.ping(), here.get("k"), there.get("k"))
    lay("oom", "APPEND", {"error": "OOM command not allowed"})
    try:
        here.append("k", "x")
    except redis.ResponseError as error:
        say("error", error, there.append("k", "x"))
    say("counted", *[counts("here", name) for name in ["lost", "later", "oom"]])


if sys.argv[1:] == ["handshakes"]:
    handshakes()
elif sys.argv[1:] == ["model"]:
    model()
else:
    for part in [switched, changed, filed, beside, drawn, many, bad]:
        part()
