"""Asks over the control API what was asked of services of every kind, and holds what came against what should have."""

import json
import os
import socket
import time
import urllib.error
import urllib.request

from websockets.sync.client import connect

CONTROL, SHOP = os.environ["MOCKREC_CONTROL"], os.environ["SHOP_URL"]


def ask(method, url, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.loads(reply.read() or "null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or "null")


def control(path, body=None, method=None):
    return ask(method or ("GET" if body is None else "POST"), CONTROL + path, body)


def find(**words):
    return control("/sessions/default/requests/find", words)


def verify(**words):
    return control("/sessions/default/requests/verify", words)[1]


def address(name):
    return tuple(os.environ[name + "_URL"].split("://")[1].split("/")[0].split(":"))


def say(what, *values):
    print(what + ":", *values, flush=True)


def streams():
    redis = socket.create_connection(address("CACHE"))
    redis.sendall(b"*2\r\n$3\r\nGET\r\n$6\r\nuser:1\r\n")
    redis.recv(100)
    redis.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n")
    redis.recv(1000)
    lines = socket.create_connection(address("LINES"))
    lines.sendall(b"hello\n")
    lines.recv(100)
    host, port = address("DGRAMS")
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.sendto(b"ping", (host, int(port)))
    datagrams.recv(100)
    with connect("ws://%s:%s/prices" % address("SHOP")) as prices:
        prices.recv()
        prices.send('{"subscribe": "ABC", "password": "hunter2"}')
        prices.recv()
    control("/sessions/default/requests/wait", {"service": "shop", "match": {"path": "/prices"}})
    for request in find()[1]["requests"]:
        text = request["entry"].splitlines()
        say("streams", request["summary"], request["answer"], request["bodyBytes"], text if len(text) < 4 else text[-2:])
        if "messages" in request:
            message = request["messages"][0]
            say("messages", message["subscribe"], "hunter2" in json.dumps(request))


def sentences():
    before = find()[1]["last"]
    user, charge = {"method": "GET", "path": "/users/42"}, {"method": "POST", "path": "/charges"}
    paid = dict(charge, json={"$.amount": 4999})
    pay = lambda amount: ask("POST", SHOP + "/charges", {"amount": amount}, **{"X-Tenant": "t1"})[0]
    say("asked", ask("GET", SHOP + "/users/42")[0], pay(4999), pay(17), pay(4999))
    after = {"service": "shop", "after": before, "following": {"match": user, "after": before}}
    say("exactly twice", verify(match=paid, exactly=2, **after)["holds"])
    say("thrice", verify(match=paid, exactly=3, **after)["reason"])
    say("instead", [request["json"] for request in verify(match=paid, exactly=3, **after)["instead"][-3:]])
    say("least", verify(match=charge, atLeast=3, **after)["holds"], verify(match=charge, atLeast=4, **after)["reason"])
    say("most", verify(match=charge, atMost=3, **after)["holds"], verify(match=charge, atMost=2, **after)["reason"])
    say("never", verify(match=user, never=True, **after)["holds"], verify(match=charge, never=True, **after)["reason"])
    say("before", verify(match=user, exactly=1, service="shop", following={"match": charge})["reason"])
    order = [{"match": user}, {"match": paid}, {"match": dict(charge, json={"$.amount": 17})}, {"match": paid}]
    say(
        "order",
        verify(service="shop", order=order, after=before)["holds"],
        verify(service="shop", order=order + [{"match": user}], after=before)["reason"])
    counts = [find(service="shop", match={"header": {"X-Tenant": value}})[1]["count"] for value in ["t*", "t2"]]
    say("by header", *counts)
    for words in [{"exactly": 1, "never": True}, {"order": [], "exactly": 1}, {"atLeast": 3, "atMost": 2}]:
        say("problem", control("/sessions/default/requests/verify", words)[1]["field"])


def times():
    first = find()[1]["last"]
    ask("GET", SHOP + "/users/42")
    time.sleep(0.05)
    ask("GET", SHOP + "/users/42")
    one, two = [request["at"] for request in find(after=first)[1]["requests"]]
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(two // 1000)) + ".%03dZ" % (two % 1000)
    count = lambda **words: find(after=first, **words)[1]["count"]
    say("times", count(since=one), count(since=one + 1), count(until=two - 1), count(since=text), count(since=one, until=text), count(since=two + 1))
    for words in [{"since": "yesterday"}, {"since": -1}, {"since": two, "until": one}]:
        say("problem", find(**words)[1]["detail"])


def misses():
    control("/sessions/default/entries", {"service": "shop", "entry": "GET {{shop}}/users/41/name\n\nHTTP 200\n`bob`\n"})
    control("/sessions/default/entries", {"service": "shop", "entry": "GET {{shop}}/pets/{id}\n[Asserts]\nheader \"X-Tenant\" == \"t1\"\n\nHTTP 200\n`cat`\n"})
    added = urllib.request.urlopen(SHOP + "/users/41/name").read()
    last = find()[1]["requests"][-1]
    say("added", added, last["answer"])
    say("missed", ask("GET", SHOP + "/users/42/name")[0], ask("GET", SHOP + "/pets/1")[0], find()[1]["requests"][-1]["answer"])
    for miss in control("/sessions/default/misses")[1]:
        near = miss["nearest"][0]
        say("nearest", miss["request"], near.get("entry"), near.get("added"), near["line"], near["mismatches"])


streams()
sentences()
times()
misses()
