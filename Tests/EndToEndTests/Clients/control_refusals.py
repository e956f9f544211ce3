"""Asks for sessions that there are not, and steers without the right to, and says what came."""

import json
import os
import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

CONTROL, SERVICE = os.environ["MOCKREC_CONTROL"], os.environ["CASSETTE_URL"]
TOKEN = os.environ["MOCKREC_CONTROL_TOKEN"]


def ask(method, url, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def control(method, path, body=None):
    # Schemes are the same in any case.
    status, text = ask(
        method, CONTROL + path, None if body is None else json.dumps(body).encode(), Authorization=f"bearer {TOKEN}"
    )
    return status, json.loads(text) if text else None


def head_alone(url, *lines):
    """The status of the first reply to a head behind which nothing comes."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        host = [] if any(line.startswith("Host:") for line in lines) else [f"Host: {address.netloc}"]
        connection.sendall("\r\n".join([lines[0], *host, *lines[1:], "", ""]).encode())
        return connection.recv(4096).decode().split(" ")[1]


def say(what, *values):
    print(what + ":", *values, flush=True)


def main():
    # No session is open.
    say("certain", ask("GET", SERVICE + "/known", X_Mockrec_Session="nope")[0])
    say("uncertain", *ask("GET", SERVICE + "/known", X_Request_ID="nope"))
    body = ["Content-Length: 5", "Expect: 100-continue"]
    say("waits", head_alone(SERVICE, "POST /known HTTP/1.1", "X-Mockrec-Session: nope", *body))
    socket_fields = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    say("socket", head_alone(SERVICE, "GET /known HTTP/1.1", "X-Mockrec-Session: nope", *socket_fields, key))
    say("closed", control("POST", "/sessions", {"name": "a"})[0], control("DELETE", "/sessions/a")[0])
    say("late", ask("GET", SERVICE + "/known", X_Mockrec_Session="a")[0])

    # Names travel in baggage percent-encoded.
    for name in ["z", "50%;q=1"]:
        control("POST", "/sessions", {"name": name})
        entry = "GET {{cassette}}/hello\n\nHTTP 200\n`of %s`\n" % name
        control("POST", f"/sessions/{urllib.request.quote(name, safe='')}/entries", {"entry": entry})
    for value in ["mockrec-session=%7A", "a=b , mockrec-session = z ;x=y;mockrec-session=no", "mockrec-session=50%25%3Bq%3D1"]:
        say("baggage", *ask("GET", SERVICE + "/hello", baggage=value))

    # Nothing of a body is waited for where the head is enough.
    steer = ["POST /sessions HTTP/1.1", "Content-Length: 60000000"]
    token = f"Authorization: Bearer {TOKEN}"
    say("no token", head_alone(CONTROL, *steer))
    say("other token", head_alone(CONTROL, *steer, token[:-1] + "x"))
    say("origin", head_alone(CONTROL, *steer, token, "Origin: http://evil.example"))
    say("host", head_alone(CONTROL, *steer, token, "Host: evil.example"))
    mock = "GET /mock-service/cassette/known HTTP/1.1"
    fields = [[], ["Origin: http://evil.example"], ["Host: evil.example"]]
    say("mock", *[head_alone(CONTROL, mock, *more) for more in fields])
    say("asks for leave", head_alone(CONTROL, *steer, "Expect: 100-continue"))
    say("too long", head_alone(CONTROL, steer[0], "Content-Length: 99999999", token))
    say("leave", head_alone(CONTROL, *steer, token, "Expect: 100-continue"))

    wrong = {"entry": "GET {{cassette}}/x\n\nHTTP 200\nfile,x.bin;\n"}
    say("file", control("POST", "/sessions/default/entries", wrong)[1]["detail"].split("\n")[0])


main()
