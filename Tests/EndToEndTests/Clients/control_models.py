"""Sessions of services that models play: each has a state, a clock and a log of its own. Says what redis-py and urllib see."""

import base64
import json
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import redis

CONTROL, LOGIN = os.environ["MOCKREC_CONTROL"], os.environ["LOGIN_URL"]


def ask(method, url, body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def control(method, path, body=None):
    status, text = ask(method, CONTROL + path, None if body is None else json.dumps(body).encode())
    return status, json.loads(text) if text else None


def say(what, *values):
    print(what + ":", *values, flush=True)


def opened(name):
    """A session with ports of its own: its client of the cache, and its address of the identity provider."""
    status, session = control("POST", "/sessions", {"name": name, "ports": True})
    assert status == 201, session
    addresses = {service["name"]: service["address"] for service in session["services"]}
    address = urllib.parse.urlsplit(addresses["cache"])
    return redis.Redis(host=address.hostname, port=address.port, decode_responses=True), addresses["login"]


def token(base, headers=None):
    form = b"grant_type=password&username=ada&password=x&client_id=web&scope=openid"
    return json.loads(ask("POST", base + "/token", form, headers)[1])["access_token"]


def user(base, token, headers=None):
    return ask("GET", base + "/userinfo", headers={"Authorization": f"Bearer {token}"} | (headers or {}))[0]


def apart():
    a, login_a = opened("a")
    b, login_b = opened("b")
    common = redis.Redis.from_url(os.environ["CACHE_URL"], decode_responses=True)
    say("first", a.get("greeting"), b.get("greeting"), common.get("greeting"))
    a.set("key", "of a")
    b.set("key", "of b")
    a.incr("count", 5)
    say("keys", a.get("key"), b.get("key"), common.get("key"), b.get("count"))
    say("dbsize", a.dbsize(), b.dbsize(), common.dbsize())
    heard = b.pubsub(ignore_subscribe_messages=True)
    heard.subscribe("news")
    heard.get_message(timeout=5)
    say("published", a.publish("news", "x"), b.publish("news", "y"), heard.get_message(timeout=5)["data"])
    mine, theirs = token(login_a), token(login_b)
    say("tokens", user(login_a, mine), user(login_b, mine), user(login_b, theirs))
    by_name = token(LOGIN, {"X-Mockrec-Session": "a"})
    say("by header", user(LOGIN, by_name, {"X-Mockrec-Session": "a"}), user(LOGIN, by_name), user(login_a, by_name))
    say("baggage", user(LOGIN, by_name, {"baggage": "mockrec-session=a"}))
    asked = lambda name, **words: control("POST", f"/sessions/{name}/requests/verify", {"service": "cache"} | words)[1]
    say("log", asked("a", match={"command": "SET"}, exactly=1)["holds"], asked("b", match={"command": "INCRBY"}, never=True)["holds"])
    say("log", control("POST", "/sessions/a/requests/find", {"service": "login"})[1]["count"])
    try:
        b.execute_command("NOSUCH")
    except redis.ResponseError as error:
        say("unknown", str(error)[:28])
    blocked = []

    def wait():
        try:
            b.blpop("never", 60)
        except redis.ConnectionError:
            blocked.append("closed")

    waiting = threading.Thread(target=wait)
    waiting.start()
    control("POST", "/sessions/b/requests/wait", {"service": "cache", "match": {"command": "BLPOP"}})
    say("closed", control("DELETE", "/sessions/b")[0])
    waiting.join()
    say("blocked", blocked)
    try:
        b.get("key")
    except redis.ConnectionError:
        say("its port is closed")


def held():
    """States, snapshots and clocks, of the session a and of new ones."""
    c, login = opened("c")
    at = "/sessions/c/services/"
    state = lambda service="cache": control("GET", at + service + "/state")[1]
    say("state", state())
    say("seeded", control("PATCH", at + "cache/state", {"n": 41, "set": {"$type": "set", "value": ["x"], "ttl": "1h"}})[0])
    say("incr", c.incr("n"), c.smembers("set"), 3590 < c.ttl("set") <= 3600)
    say("refused", control("PATCH", at + "cache/state", {"m": 1, "queue": {"a": "hash"}})[1]["status"], c.exists("m"))
    say("binary", control("PATCH", at + "cache/state", {"b": {"$base64": "/w=="}})[0], c.strlen("b"), state()["b"])

    c.xadd("stream", {"n": "1"}, id="1-1")
    c.xadd("stream", {"n": "2"}, id="2-1")
    c.xgroup_create("stream", "group", "0")
    say("read", c.xreadgroup("group", "me", {"stream": ">"}, count=1))
    c.set("short", "x", ex=60)
    pipe = c.pipeline(transaction=True)

    def asked():
        pipe.incr("n").rpush("queue", "c").xreadgroup("group", "me", {"stream": ">"})
        return pipe.execute() + [c.xpending("stream", "group")["pending"], c.srandmember("set", -3), c.spop("set")]

    token_before = token(login)
    taken = [control("POST", at + service + "/snapshots") for service in ["cache", "login"]]
    say("taken", taken, control("GET", at + "cache/snapshots")[1])
    before, first = state(), asked()
    later = token(login)
    c.flushall()
    say("clock", control("POST", "/sessions/c/clock", {"advance": "1h30m"})[0], c.exists("short"), user(login, token_before))
    say("restored", [control("POST", f"{at}{service}/snapshots/s1/restore")[0] for service in ["cache", "login"]])
    now = state()
    for ending in ["set", "short"]:
        before[ending].pop("ttl"), now[ending].pop("ttl")
    before["stream"]["groups"][0]["pending"][0].pop("idle"), now["stream"]["groups"][0]["pending"][0].pop("idle")
    say("same", now == before, asked() == first, c.exists("short"))
    say("tokens", user(login, token_before), user(login, later))
    say("dropped", [control("DELETE", at + "cache/snapshots/s1")[0] for _ in range(2)])
    say("no such", control("POST", at + "cache/snapshots/s9/restore")[1]["detail"])

    watching = redis.Redis(connection_pool=c.connection_pool).pipeline()
    watching.watch("n")
    watching.multi()
    watching.get("n")
    control("PUT", at + "cache/state", {"n": "1", "list": ["x"]})
    try:
        watching.execute()
    except redis.WatchError:
        say("replaced", c.get("n"), c.keys("*"))

    popped = []
    waiting = threading.Thread(target=lambda: popped.append(c.blpop("jobs", 3600)))
    waiting.start()
    control("POST", "/sessions/c/requests/wait", {"service": "cache", "match": {"command": "BLPOP"}})
    control("PATCH", at + "cache/state", {"jobs": ["job"]})
    waiting.join()
    say("who waits is served", popped)
    waiting = threading.Thread(target=lambda: popped.append(c.blpop("jobs", 3600)))
    waiting.start()
    control("POST", "/sessions/c/requests/wait", {"service": "cache", "match": {"command": "BLPOP"}, "count": 2})
    control("POST", "/sessions/c/clock", {"advance": "61m", "service": "cache"})
    waiting.join()
    say("or told that it is late", popped[1:])

    waiting = threading.Thread(target=lambda: popped.append(c.blpop("jobs", 2)))
    waiting.start()
    control("POST", "/sessions/c/requests/wait", {"service": "cache", "match": {"command": "BLPOP"}, "count": 3})
    control("POST", "/sessions/c/clock", {"set": "2001-01-01T00:00:00Z", "service": "cache"})
    waiting.join(60)
    say("however the clock goes back", popped[2:])

    say("set", control("POST", "/sessions/c/clock", {"set": "2030-01-01T00:00:00Z"})[0], c.time()[0] - 1893456000 < 60)
    say("now", [clock["now"][:16] for clock in control("GET", "/sessions/c/clock")[1]])
    say("exp", claims(token(login))["exp"] - 1893456000 in range(300, 360))
    say("user", control("PATCH", at + "login/state", {"users": {"eve": {"email": "eve@example.com"}}})[0], list(state("login")["users"]))
    say("put back", control("PUT", at + "login/state", state("login"))[0], list(state("login")["users"]))
    for path, body in [
        ("/sessions/c/clock", {"advance": "-1h"}), ("/sessions/c/clock", {"advance": "soon"}), ("/sessions/c/clock", {}),
        ("/sessions/c/clock", {"set": "yesterday"}), ("/sessions/c/clock", {"advance": "1h", "service": "cash"}),
    ]:
        say("problem", *[control("POST", path, body)[1].get(name) for name in ["status", "field", "detail"]])
    say("problem", control("PATCH", at + "login/state", {"tokens": []})[1]["detail"].split("\n")[0])

    say("reset", control("POST", "/sessions/c/reset")[0], sorted(c.keys("*")), abs(c.time()[0] - time.time()) < 60)
    say("reset", list(state("login")["users"]), user(login, token_before))


def recorded():
    """What is answered from a cassette goes back, too."""
    control("POST", "/sessions", {"name": "r"})
    at, ask_shop = "/sessions/r/services/shop", lambda path: ask("GET", os.environ["SHOP_URL"] + path, headers={"X-Mockrec-Session": "r"})[1].decode()
    control("POST", "/sessions/r/entries", {"service": "shop", "entry": "GET {{shop}}/added\n\nHTTP 200\n`{{counter \"added\"}}`\n"})
    say("turns", ask_shop("/turn"), ask_shop("/count"), ask_shop("/added"), ask_shop("/pay"), ask_shop("/order"))
    say("taken", control("POST", at + "/snapshots"), control("GET", at + "/state"))
    say("turns", ask_shop("/turn"), ask_shop("/count"), ask_shop("/added"), control("PUT", at + "/state", {})[0], ask_shop("/order"))
    say("restored", control("POST", at + "/snapshots/s1/restore")[0])
    say("turns", ask_shop("/turn"), ask_shop("/count"), ask_shop("/added"), ask_shop("/order"))
    say("patched", control("PATCH", at + "/state", {"order": "started"})[0], ask_shop("/order"), control("PATCH", at + "/state", {"order": 1})[1]["field"])
    control("POST", "/sessions/r/clock", {"set": "2031-02-03T04:05:06Z"})
    say("now", ask_shop("/now")[:16])
    control("POST", "/sessions/r/clock", {"advance": "1d"})
    say("now", ask_shop("/now")[:16], control("POST", "/sessions/r/reset")[0], ask_shop("/turn"), ask_shop("/now")[:3])


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def many():
    """50 sessions at once with the same keys."""
    wrong = []

    def run(number):
        cache, login = opened(f"m{number}")
        mine = token(login)
        for turn in range(10):
            cache.rpush("list", number)
            cache.hset("hash", "number", number)
            if cache.incr("count") != turn + 1 or cache.hget("hash", "number") != str(number):
                wrong.append(number)
        if cache.lrange("list", 0, -1) != [str(number)] * 10 or user(login, mine) != 200:
            wrong.append(number)
        cache.close()
        control("DELETE", f"/sessions/m{number}")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say("many", wrong, control("GET", "/sessions")[1])


def main():
    apart()
    held()
    recorded()
    many()


main()
