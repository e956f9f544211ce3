"""Sessions of services that models play: each has a state, a clock and a log of its own. Says what redis-py and urllib see."""

import json
import os
import threading
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
    many()


main()
