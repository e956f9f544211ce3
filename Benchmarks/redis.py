"""Redis: replay of a cassette and the Redis in memory beside redis-server, and the recording proxy beside haproxy."""

import os
import re
import shutil
import subprocess
import sys

import load
import servers

KEY = "key:__rand_int__"
CLIENTS = 50


def measure(bench):
    real = servers.redis(bench.work)
    # The origin behind both proxies runs beside the load, as in the measurement of HTTP.
    origin = servers.redis(bench.work, core=servers.LOAD_CORE)
    proxy = servers.haproxy(bench.work, origin)
    places = {"redis": real}
    try:
        for server in (real, origin):
            ask(server, "SET", KEY, "xxx")
        cassette = recorded(bench, real)
        places["replay"] = bench.mockrec.start("replay", cassette, wire="redis")
        places["fake"] = fake(bench)
        rows = [row(bench, places, pipeline) for pipeline in (1, 16)]
        return {"rows": rows, "proxy": proxied(bench, origin, proxy)}
    finally:
        for server in [*places.values(), proxy, origin]:
            server.stop()


def ask(server, *words):
    subprocess.run(["redis-cli", "-p", str(server.port), *words], check=True, stdout=subprocess.DEVNULL)


def recorded(bench, real):
    """A cassette with the one exchange that redis-benchmark asks for, and what it says before."""
    folder = f"{bench.work}/redis"
    shutil.rmtree(folder, ignore_errors=True)
    cassette = f"{folder}/cache"
    recorder = bench.mockrec.start("record", cassette, "--real", f"redis://127.0.0.1:{real.port}", wire="redis")
    try:
        rate(recorder, 100, 1, clients=1)
    finally:
        recorder.stop()
    return cassette


def fake(bench):
    folder = f"{bench.work}/redis-fake"
    os.makedirs(folder, exist_ok=True)
    port = servers.free_port()
    with open(f"{folder}/mockrec.yaml", "w") as file:
        file.write(
            "services:\n  cache:\n    wire: redis\n"
            f"    listen: 127.0.0.1:{port}\n    fake:\n      model: redis\n      state: {{\"{KEY}\": xxx}}\n")
    process = servers.spawn(
        [bench.mockrec.binary, "replay"], servers.SERVER_CORE, cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    server = servers.Server(process, port)
    servers.wait_for(port, process)
    return server


def rate(server, count, pipeline, clients=CLIENTS):
    """GETs a second, and the median latency in microseconds."""
    process = servers.spawn(
        ["redis-benchmark", "-p", str(server.port), "-t", "get", "-n", str(count), "-c", str(clients), "-P",
         str(pipeline), "-q"],
        servers.LOAD_CORE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    said = process.communicate()[0].replace("\r", "\n")
    found = re.findall(r"GET: ([0-9.]+) requests per second, p50=([0-9.]+) msec", said)
    if not found:
        raise SystemExit(f"redis-benchmark said: {said}")
    return float(found[-1][0]), float(found[-1][1]) * 1000


def roundtrip(server, count):
    """The median time in which one client is answered, in microseconds."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "roundtrip.py")
    process = servers.spawn(
        [sys.executable, script, str(server.port), str(count), KEY], servers.LOAD_CORE, stdout=subprocess.PIPE,
        text=True)
    return float(process.communicate()[0])


def row(bench, places, pipeline):
    count = (40_000 if pipeline == 1 else 250_000) * bench.loader.seconds
    rounds = {name: [] for name in places}
    for number in range(bench.rounds):
        for name in places if number % 2 == 0 else reversed(places):
            before = servers.seconds_used(places[name].pid)
            found = rate(places[name], count, pipeline)
            cost = (servers.seconds_used(places[name].pid) - before) / count * 1e6
            rounds[name].append({"rate": found[0], "p50": found[1], "cost": cost})
    return {
        "pipeline": pipeline,
        **{name: {key: load.median(found, key) for key in ("rate", "p50", "cost")} for name, found in rounds.items()}}


def proxied(bench, origin, proxy):
    """Throughput with all clients, and the latency that one client sees."""
    folder = f"{bench.work}/redis-recorded"
    shutil.rmtree(folder, ignore_errors=True)
    ours = {
        wire: bench.mockrec.start(
            "record", f"{folder}/{wire}", "--real", f"{wire}://127.0.0.1:{origin.port}", wire=wire)
        for wire in ("redis", "tcp")}
    places = {"direct": origin, "haproxy": proxy, **ours}
    rounds = {name: [] for name in places}
    try:
        for _ in range(bench.rounds):
            for name, server in places.items():
                many = rate(server, 30_000 * bench.loader.seconds, 1)
                with servers.awake():
                    one = roundtrip(server, 5_000 * bench.loader.seconds)
                rounds[name].append({"rate": many[0], "p50": one})
    finally:
        for server in ours.values():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return {name: {key: load.median(found, key) for key in ("rate", "p50")} for name, found in rounds.items()}
