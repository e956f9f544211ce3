"""Steers mocks over the control API, as a test in any language would, and says what came."""

import json
import os
import threading
import urllib.error
import urllib.request

CONTROL, SERVICE = os.environ["MOCKREC_CONTROL"], os.environ["CASSETTE_URL"]
HELLO = "GET {{cassette}}/hello/{name}\n\nHTTP 200\n`hello from %s`\n"


def ask(method, url, body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def control(method, path, body=None, headers=None):
    status, text = ask(method, CONTROL + path, None if body is None else json.dumps(body).encode(), headers)
    return status, json.loads(text) if text else None


def get(path, session=None, base=SERVICE, **headers):
    if session:
        headers["X-Mockrec-Session"] = session
    status, text = ask("GET", base + path, headers=headers)
    return f"{status} {text.decode()}" if status < 400 else str(status)


def say(what, *values):
    print(what + ":", *values, flush=True)


def main():
    say("health", *control("GET", "/health"))
    say("ready", *control("GET", "/ready"))
    say("services", [service["name"] for service in control("GET", "/services")[1]])
    for name in ["a", "b"]:
        say("opened", control("POST", "/sessions", {"name": name})[0])
        say("added", *control("POST", f"/sessions/{name}/entries", {"entry": HELLO % name}))
    say("again", control("POST", "/sessions", {"name": "a"})[0])
    say("a", get("/hello/x", "a"))
    say("b", get("/hello/x", "b"))
    say("baggage", get("/hello/x", baggage="user=1, mockrec-session=b;ttl=2"))
    say("request id", get("/hello/x", **{"X-Request-ID": "a"}), get("/known", **{"X-Request-ID": "other"}))
    say("recorded", get("/known", "a"), get("/known"))
    say("nobody's", get("/hello/x", "c"))

    say("changed", control("PUT", "/sessions/a/entries/cassette/e1", {"entry": HELLO % "another"})[0], get("/hello/x", "a"))
    say("found", control("POST", "/sessions/a/requests/find", {"match": {"path": "/hello/*"}})[1]["count"])
    verify = lambda **words: control("POST", "/sessions/a/requests/verify", words)[1]
    say("exactly", verify(match={"path": "/hello/*"}, exactly=3)["holds"])
    wrong = verify(match={"path": "/hello/*"}, exactly=2)
    say("wrong", wrong["holds"], wrong["reason"], len(wrong["instead"]))
    say("never", verify(match={"method": "POST"}, never=True)["holds"])
    say("order", verify(order=[{"match": {"path": "/hello/x"}}, {"match": {"path": "/known"}}])["holds"])
    say("other order", verify(order=[{"match": {"path": "/known"}}, {"match": {"path": "/known"}}])["reason"])
    say("following", verify(match={"path": "/hello/x"}, following={"match": {"path": "/known"}}, exactly=1)["holds"])

    threading.Timer(0.2, lambda: get("/hello/late", "a")).start()
    say("waited", control("POST", "/sessions/a/requests/wait", {"match": {"path": "/hello/late"}, "timeout": 20000})[0])
    say("in vain", control("POST", "/sessions/a/requests/wait", {"match": {"path": "/never"}, "timeout": 50})[0])

    opened = control("POST", "/sessions", {"ports": True})[1]
    port = opened["services"][0]["address"]
    control("PUT", f"/sessions/{opened['name']}/entries", {"entries": [HELLO % "its port"]})
    say("port", get("/hello/x", base=port), get("/hello/x", "a"))
    say("other service", *[control(method, "/sessions/a/entries?service=nobody")[0] for method in ["GET", "DELETE"]])
    say("other parameter", control("DELETE", "/sessions/a/entries?servce=cassette")[0], get("/hello/x", "a"))
    say("state", control("PUT", "/sessions/a/states/cassette/order", {"state": "paid"})[0], get("/order", "a"), get("/order"))
    say("states", control("GET", "/sessions/a/states")[1])
    for path, body in [
        ("states/cassette/order", {"state": "payed"}), ("states/cassette/oder", {"state": "paid"}),
        ("services/cassette/state", {"order": "payd"}), ("services/cassette/state", {"order": "started", "oder": "paid"}),
    ]:
        problem = control("PUT", "/sessions/a/" + path, body)[1]
        say("no such state", problem["status"], problem.get("field"), problem["detail"])
    say("put back", control("PUT", "/sessions/a/services/cassette/state", control("GET", "/sessions/a/services/cassette/state")[1])[0], get("/order", "a"))
    say("reset", control("POST", "/sessions/a/reset")[0], get("/order", "a"))
    for name in ["a", "default"]:
        control("PUT", f"/sessions/{name}/states/cassette/order", {"state": "paid"})
    say("reset all", control("POST", "/reset")[0], get("/order", "a"), get("/order"))
    for name in ["a", "b", opened["name"]]:
        say("closed", control("DELETE", f"/sessions/{name}")[0])
    say("sessions", control("GET", "/sessions")[1])
    try:
        ask("GET", port + "/known")
    except OSError:
        say("its port is closed")

    for body in [{"nam": "x"}, {"name": 1}, [], {"name": "with space"}]:
        problem = control("POST", "/sessions", body)[1]
        say("problem", problem["status"], problem["field"], problem["detail"])
    say("problem", control("POST", "/sessions/default/entries", {"entry": "GET {{cassette}}/x\n"})[1]["detail"].split("\n")[1])
    say("problem", control("POST", "/sessions/default/requests/find", {"match": {"pth": "/x"}})[1]["detail"].split("\n")[-2].strip())
    say("origin", control("GET", "/health", headers={"Origin": "http://evil.example"})[0])
    say("host", control("GET", "/health", headers={"Host": "evil.example"})[0])
    say("path", *[control(*call)[0] for call in [("GET", "/nothing"), ("PATCH", "/sessions"), ("DELETE", "/sessions/x")]])

    from openapi_spec_validator import validate

    validate(control("GET", "/openapi.json")[1])
    say("openapi", "valid")
    many()


def many():
    """500 sessions at once, each with an answer, a count and a log of its own."""
    wrong = []

    def run(first):
        for number in range(first, 500, 8):
            name = f"m{number}"
            control("POST", "/sessions", {"name": name})
            control("POST", f"/sessions/{name}/entries", {"entry": HELLO % name})
            for _ in range(number % 3 + 1):
                if get("/hello/x", name) != f"200 hello from {name}":
                    wrong.append(name)

    def check(first):
        for number in range(first, 500, 8):
            name = f"m{number}"
            if not control("POST", f"/sessions/{name}/requests/verify", {"exactly": number % 3 + 1})[1]["holds"]:
                wrong.append(name)
            control("DELETE", f"/sessions/{name}")

    for work in [run, check]:
        threads = [threading.Thread(target=work, args=(first,)) for first in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    say("many", wrong, control("GET", "/sessions")[1])


main()
