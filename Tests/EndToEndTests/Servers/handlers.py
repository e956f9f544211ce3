"""Handlers as people write them, well and badly: `python3 handlers.py KIND`."""

import json
import os
import signal
import subprocess
import sys
import threading
import time


def requests():
    for line in sys.stdin:
        yield json.loads(line)


def say(**answer):
    print(json.dumps(answer), flush=True)


def trivial():
    for request in requests():
        say(json={"path": request["path"]})


def told():
    """Says what it was told, and behaves as the path has it."""
    count = 0
    for request in requests():
        count += 1
        match request["path"].split("/")[1:]:
            case ["told"]:
                del request["now"], request["headers"]["host"], request["headers"]["user-agent"]
                say(json=request)
            case ["count"]:
                say(body=str(count))
            case ["die", code]:
                print("Traceback: password=1", file=sys.stderr, flush=True)
                os._exit(int(code))
            case ["killed"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["line", *_]:
                print(request["body"], flush=True)
            case ["extra"]:
                print('{"body": "extra"}')
                say(body="path " + request["path"])
            case ["extra-large"]:
                print('{"body": "extra"}\n' + json.dumps({"body": "x" * 3_000_000}), flush=True)
            case ["extra-later"]:
                say(body="path " + request["path"])
                time.sleep(0.05)
                say(body="extra")
            case ["mute"]:
                os.close(1)
                time.sleep(60)
            case ["slow", seconds]:
                time.sleep(float(seconds))
                say(body="slow")
            case ["miss"]:
                say(miss=True)
            case ["big", size]:
                say(body="x" * int(size))
            case ["binary"]:
                say(bodyBase64="AAEC/w==", headers={"Content-Type": "application/x-own"})
            case ["cookies"]:
                say(status=204, headers={"Set-Cookie": ["a=1", "b=2"], "X-Count": 3})
            case ["late", delay]:
                say(body="late", delay=delay)
            case ["children"]:
                child = subprocess.Popen(["sleep", "300"])
                say(body=f"{os.getpid()} {child.pid}")
            case ["descriptors"]:
                say(body=" ".join(sorted(os.listdir("/proc/self/fd"))))
            case ["folder"]:
                say(body=os.getcwd())
            case _:
                say(body="path " + request["path"])


def numbered():
    """Answers each request when it has it, in whatever order."""
    lock = threading.Lock()

    def answer(request):
        wait = request["path"].removeprefix("/wait/")
        time.sleep(float(wait) if wait != request["path"] else 0)
        with lock:
            say(id=request["id"], body=request["path"] + "?" + str(request["query"].get("n")))

    for request in requests():
        threading.Thread(target=answer, args=[request], daemon=True).start()


def silent():
    for _ in requests():
        pass


def chatty():
    for request in requests():
        for number in range(3000):
            print(f"line {number} about {request['path']}", file=sys.stderr)
        say(body="said much")


def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    trivial()
    time.sleep(60)


globals()[sys.argv[1]]()
