"""Sessions with redis-cli, as people and scripts use it. Usage: redis_cli.py redis://HOST:PORT"""

import os
import pty
import select
import subprocess
import time
from urllib.parse import urlsplit

from transcript import Transcript, base_url

url = urlsplit(base_url())
CLI = ["redis-cli", "-h", url.hostname, "-p", str(url.port)]
ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb", "REDISCLI_HISTFILE": "/dev/null"}
seen = Transcript()


def run(name, *words, stdin=b""):
    done = subprocess.run(
        CLI + list(words), input=stdin, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30
    )
    seen.add(name, done.returncode, [], done.stdout)


def read_until(descriptor, ending):
    """What comes until it holds this; with the time that a slow machine may take."""
    said, end = b"", time.monotonic() + 30
    while ending not in said:
        if not select.select([descriptor], [], [], max(0, end - time.monotonic()))[0]:
            raise SystemExit(f"redis-cli says {said!r}, and not {ending!r}")
        piece = os.read(descriptor, 65536)
        if not piece:
            raise SystemExit(f"redis-cli ended with {said!r}, and not with {ending!r}")
        said += piece
    return said


def interactive(*lines):
    """A person at a terminal, who waits for the prompt each time."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(CLI[0], CLI, ENVIRONMENT)
    prompt = f"{url.hostname}:{url.port}> ".encode()
    read_until(terminal, prompt)
    for name, line in lines:
        os.write(terminal, line.encode() + b"\n")
        said = read_until(terminal, prompt)
        seen.add(name, 0, [], said[: -len(prompt)].replace(b"\r\n", b"\n"))
    os.write(terminal, b"exit\n")
    os.waitpid(child, 0)
    os.close(terminal)


def subscribe(channel, message):
    listener = subprocess.Popen(
        CLI + ["SUBSCRIBE", channel], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    with listener.stdout as output:
        said = read_until(output.fileno(), b"subscribe\n")
        run("publish", "PUBLISH", channel, message)
        if message.encode() not in said:
            said += read_until(output.fileno(), message.encode() + b"\n")
        listener.terminate()
        listener.wait()
    seen.add("subscribe", 0, [], said)


run("set", "SET", "user:1", "alice")
run("get", "GET", "user:1")
run("wrong type", "LPUSH", "user:1", "x")
run("hset", "HSET", "h", "name", "alice", "age", "30")
run("map", "-3", "--json", "HGETALL", "h")
run("resp3", "-3", "HGETALL", "h")
run("database", "-n", "2", "SET", "a", "in 2")
run("script", stdin=b"SET s 1\nINCR s\nGET s\n")
run("from stdin", "-x", "SET", "stdin", stdin=b"from stdin")
run("pipe", "--pipe", stdin=b"".join(b"*3\r\n$3\r\nSET\r\n$5\r\np:%03d\r\n$1\r\nv\r\n" % n for n in range(200)))
run("piped", "GET", "p:199")
interactive(
    ("first words", "GET user:1"),
    ("help", "help @nonsense"),
    ("quoted", 'SET q "two words"'),
    ("quoted back", "GET q"),
    ("empty list", "LRANGE none 0 -1"),
)
subscribe("news", "hello")
seen.show()
