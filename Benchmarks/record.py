"""The recording proxy, against nginx as a reverse proxy in the same place, before the same origin."""

import os
import re
import shutil

import data
import load
import servers

ONE = "/v1/items/000000"
CONNECTIONS = 32


def measure(bench):
    documents = data.documents(bench.work, max(bench.sizes))
    folder = f"{bench.work}/recorded"
    shutil.rmtree(folder, ignore_errors=True)
    origin = servers.nginx_tuned(bench.work, documents, core=servers.LOAD_CORE)
    proxy = servers.nginx_proxy(bench.work, origin)
    try:
        rows = [throughput(bench, origin, proxy, kind) for kind in ("one", "new")]
        return {"throughput": rows, "latency": latency(bench, origin, proxy)}
    finally:
        proxy.stop()
        origin.stop()
        # Only now: ext4 looks long for a free inode where many files were removed a moment ago.
        shutil.rmtree(folder, ignore_errors=True)


def throughput(bench, origin, proxy, kind):
    rounds = {"nginx": [], "mockrec": []}
    for number in range(bench.rounds):
        asks = ("one", ONE) if kind == "one" else ("new", f"/new/{number}-")
        rounds["nginx"].append(bench.loader.run(proxy, *asks, connections=CONNECTIONS, label=f"record {kind} nginx"))
        rounds["mockrec"].append(recorded(bench, origin, kind, asks, number))
    row = {"kind": kind, **{name: load.summary(found) for name, found in rounds.items()}}
    row["mockrec"]["unwritten_seconds"] = max(figures["unwritten_seconds"] for figures in rounds["mockrec"])
    row["mockrec"]["resident"] = max(figures["resident"] for figures in rounds["mockrec"])
    row["lost"] = sum(figures["lost"] for figures in rounds["mockrec"])
    row["exchanges"] = sum(figures["recorded"] for figures in rounds["mockrec"])
    row["entries"] = sum(figures["entries"] for figures in rounds["mockrec"])
    return row


def recorded(bench, origin, kind, asks, number):
    """One round with a cassette of its own, and its books."""
    cassette = f"{bench.work}/recorded/{kind}-{number}/{data.SERVICE}"
    server = bench.mockrec.start("record", cassette, "--real", origin.url)
    try:
        figures = bench.loader.run(server, *asks, connections=CONNECTIONS, label=f"record {kind} mockrec")
        figures["resident"] = server.memory()[1]
    finally:
        unwritten = server.stop()
    # Time between the end of the load and the end of the process: what was still waiting to be written.
    figures["unwritten_seconds"] = unwritten
    entries, times = books(cassette)
    said = bench.mockrec.said()
    told = re.search(r"(\d+) exchanges?, (\d+) new", said)
    if not told:
        raise SystemExit(f"mockrec record said: {said}")
    figures["recorded"], figures["entries"] = times, entries
    # wrk counts what it has read; what was under way when it stopped may be in the cassette besides.
    figures["lost"] = max(0, figures["requests"] - times)
    if times != int(told[1]) or times > figures["requests"] + CONNECTIONS:
        raise SystemExit(
            f"the books differ: wrk read {figures['requests']}, mockrec says {told[1]}, the cassette holds {times}")
    return figures


def books(cassette):
    """Entries of a cassette, and the exchanges that they stand for."""
    entries = times = 0
    for item in os.scandir(cassette):
        if not item.name.endswith(".hurl"):
            continue
        with open(item.path) as file:
            head = file.read(80)
        found = re.search(r"^# @times (\d+)$", head, re.MULTILINE)
        entries += 1
        times += int(found[1]) if found else 1
    return entries, times


def latency(bench, origin, proxy):
    """p50 in microseconds with one connection: straight, through nginx, through mockrec."""
    cassette = f"{bench.work}/recorded/latency/{data.SERVICE}"
    ours = bench.mockrec.start("record", cassette, "--real", origin.url)
    places = {"direct": origin, "nginx": proxy, "mockrec": ours}
    rounds = {name: [] for name in places}
    try:
        for _ in range(bench.rounds):
            for name, server in places.items():
                rounds[name].append(
                    bench.loader.run(server, "one", ONE, connections=1, label=f"record latency {name}"))
    finally:
        ours.stop()
    return {name: load.median(found, "p50") for name, found in rounds.items()}
