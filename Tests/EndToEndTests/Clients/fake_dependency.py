"""Sets mocks up as a test does with Tala's Fake Dependency Service, and calls them as the service under test does."""

import os
import threading
import time

import httpx
import requests

HOST = os.environ["MOCKREC_CONTROL"]
USERS, PHARMACY = os.environ["USER_SERVICE_URL"], os.environ["PHARMACY_SERVICE_URL"]
SOAP = '<s:Envelope xmlns:s="urn:s"><s:Body><u:Get xmlns:u="urn:u"><u:id>%s</u:id></u:Get></s:Body></s:Envelope>'


def place(service, path):
    return f"{HOST}/mock-service/{service}/mock-resources{path}"


def set_up(service, path, body, id=None, status=200, delay=0, headers=None, **fields):
    metadata = {"httpStatus": status, "delayMs": delay}
    content = {"responseBody": body, "responseSetUpMetadata": metadata, **({"responseHeaders": headers} if headers else {})}
    reply = requests.post(place(service, path), json=content, headers={**({"X-Request-ID": id} if id else {}), **fields})
    assert reply.status_code == 200 and reply.json() == content, reply.text


def sent(service, path, id=None, **params):
    return requests.get(place(service, path), params=params, headers={"X-Request-ID": id} if id else {})


def say(what, *values):
    print(what + ":", *values, flush=True)


def main():
    id = {"X-Request-ID": "r-1"}
    set_up("user-service", "/users/42", {"id": 42, "name": "{{ada}}"}, "r-1", headers={"X-Served": ["a", "b"]})
    reply = requests.get(USERS + "/users/42", headers=id)
    say("called", reply.status_code, reply.text, reply.headers["X-Served"], reply.headers["Content-Type"])
    say("at its address", requests.get(HOST + "/mock-service/user-service/users/42", headers=id).json())
    say("any query", requests.get(USERS + "/users/42?full=1", headers=id).status_code)
    say("sent", sent("user-service", "/users/42", "r-1").json())
    say("another's", requests.get(USERS + "/users/42", headers={"X-Request-ID": "r-2"}).status_code, sent("user-service", "/users/42", "r-2").json())

    ref = {"sourceRefId": "abc-1", "status": "SUCCESS"}
    set_up("pharmacy-service", "/decisions?sourceRefId=abc-1", {}, "r-1")
    set_up("pharmacy-service", "/decisions?order.id=7", {"deep": True}, "r-1", status=201)
    say("payload", httpx.post(PHARMACY + "/decisions", json=ref, headers=id).text)
    say("deep", httpx.put(PHARMACY + "/decisions", json={"order": {"id": 7}}, headers=id).text)
    say("query", httpx.get(PHARMACY + "/decisions?sourceRefId=abc-1", headers=id).text)
    say("form", httpx.post(PHARMACY + "/decisions", data={"a": "1", "sourceRefId": "abc-1"}, headers=id).text)
    say("none", httpx.post(PHARMACY + "/decisions", json={"sourceRefId": "abc-2"}, headers=id).status_code)
    say("sent", sent("pharmacy-service", "/decisions?sourceRefId=abc-1", "r-1").json())
    detailed = sent("pharmacy-service", "/decisions?sourceRefId=abc-1", "r-1", verifyMockContent="detailed").json()
    say("detailed", detailed["count"], detailed["requests"][0]["payload"], detailed["requests"][0]["headers"]["x-request-id"])
    say("last", sent("pharmacy-service", "/decisions?order.id=7", "r-1", verifyMockContent="last").content)

    for status in [500, 200]:
        set_up("user-service", "/chain", {"now": status}, "r-1", status=status)
    say("chain", *[requests.get(USERS + "/chain", headers=id).status_code for _ in range(3)])
    set_up("user-service", "/slow", None, "r-1", status=499, delay=150)
    began = time.monotonic()
    slow = requests.get(USERS + "/slow", headers=id)
    say("slow", slow.status_code, slow.content, time.monotonic() - began >= 0.15)
    for method in ["POST", "DELETE"]:
        set_up("user-service", "/by-method", {"of": method}, "r-1", **{"X-Fake-Dependency-Http-Method": method})
    say("by method", requests.post(USERS + "/by-method", headers=id).json(), requests.delete(USERS + "/by-method", headers=id).json(), requests.put(USERS + "/by-method", headers=id).status_code)

    set_up("user-service", "/soap?Body.Get.id=42", None, "r-1")
    patched = requests.patch(place("user-service", "/soap?Body.Get.id=42"), data=SOAP % "answer", headers={**id, "Content-Type": "text/xml"})
    reply = requests.post(USERS + "/soap", data=SOAP % 42, headers={**id, "Content-Type": "text/xml"})
    say("soap", patched.status_code, reply.status_code, reply.text == SOAP % "answer", reply.headers["Content-Type"])
    say("soap", sent("user-service", "/soap?Body.Get.id=42", "r-1").json() == [SOAP % 42], requests.post(USERS + "/soap", data=SOAP % 43, headers=id).status_code)
    set_up("user-service", "/xml", "<user/>", "r-1")
    reply = requests.get(USERS + "/xml", headers=id)
    say("xml", reply.text, reply.headers["Content-Type"])

    set_up("user-service", "/shared", {"of": "all"})
    say("shared", *[requests.get(USERS + "/shared", headers=headers).json() for headers in [id, {"X-Request-ID": "other"}, {}]])
    say("shared", sent("user-service", "/shared").json(), sent("user-service", "/shared", "r-1").json())
    parallel()
    for what, path, body, headers in [
        ("field", "/user-service/mock-resources/x", b'{"responsBody": 1}', {}),
        ("status", "/user-service/mock-resources/x", b'{"responseSetUpMetadata": {"httpStatus": "200"}}', {}),
        ("delay", "/user-service/mock-resources/x", b'{"responseSetUpMetadata": {"delayMs": -1}}', {}),
        ("json", "/user-service/mock-resources/x", b"{", {}),
        ("header", "/user-service/mock-resources/x", b'{"responseHeaders": {"a": ["b\\nc"]}}', {}),
        ("service", "/usr-service/mock-resources/x", b"{}", {}),
        ("id", "/user-service/mock-resources/x", b"{}", {"X-Request-ID": "a,b"}),
        ("method", "/user-service/mock-resources/x", b"{}", {"X-Fake-Dependency-Http-Method": "G T"}),
    ]:
        reply = requests.post(HOST + "/mock-service" + path, data=body, headers=headers)
        problem = reply.json()
        say("problem", what, reply.status_code, reply.headers["Content-Type"], problem.get("field"), problem["detail"])
    say("problem", requests.patch(place("user-service", "/never"), data="x").json()["detail"])
    say("problem", sent("user-service", "/x", verifyMockContent="first").json()["detail"])
    say("missed", requests.get(HOST + "/mock-service/user-service/nothing").headers["X-Mockrec"])


def parallel():
    wrong = []

    def run(first):
        for number in range(first, 200, 8):
            id = f"p-{number}"
            with httpx.Client(headers={"X-Request-ID": id}) as client:
                set_up("user-service", "/me", {"id": number}, id)
                for _ in range(number % 3 + 1):
                    if client.post(USERS + "/me", json={"from": id}).json() != {"id": number}:
                        wrong.append(id)
                if sent("user-service", "/me", id).json() != [{"from": id}] * (number % 3 + 1):
                    wrong.append(id)

    threads = [threading.Thread(target=run, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say("parallel", wrong)


main()
