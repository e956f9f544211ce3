"""Overlays: what rules cost that no request matches, how exact injected times are, and what hanging connections cost."""

import os
import selectors
import socket
import time

import data
import load

SIZE = 1_000
HANGING = 1_000
ASKED = 0.020
A_SECOND = 1_000


def measure(bench):
    cassette = data.cassette(bench.work, SIZE)
    return {
        "cost": cost(bench, cassette), "latency": latency(bench, cassette), "drip": drip(bench, cassette),
        "hanging": hanging(bench, cassette)}


def overlay(bench, name, rules):
    path = f"{bench.work}/overlay-{name}.yaml"
    with open(path, "w") as file:
        file.write("rules:\n" + "".join(f"  - {rule}\n" for rule in rules))
    return path


def cost(bench, cassette):
    """The same cassette under no rule, 10 and 500, none of which any request matches."""
    def rules(count):
        return [f"{{match: {{method: GET, path: /v1/items/{number}x}}, fault: {{status: 503}}}}" for number in range(count)]

    everyone = {
        "none": bench.mockrec.start("replay", cassette),
        "10": bench.mockrec.start("replay", cassette, "--overlay", overlay(bench, "10", rules(10))),
        "500": bench.mockrec.start("replay", cassette, "--overlay", overlay(bench, "500", rules(500)))}
    rounds = {name: [] for name in everyone}
    try:
        for server in everyone.values():
            bench.loader.run(server, "many", SIZE, seconds=1)
        for number in range(2 * bench.rounds + 1):
            order = list(everyone) if number % 2 == 0 else list(reversed(everyone))
            for name in order:
                rounds[name].append(bench.loader.run(everyone[name], "many", SIZE, label=f"overlay, {name} rules"))
        return {name: load.summary(found) for name, found in rounds.items()}
    finally:
        for server in everyone.values():
            server.stop()


def request(number=0):
    return f"GET {data.path_of(number)} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def times(server, count):
    """Seconds from asking to the first byte, at 1,000 requests a second over 64 connections, whoever is late."""
    selector = selectors.DefaultSelector()
    free = []
    for _ in range(64):
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, [0.0])
        free.append(connection)
    found, asked, begun = [], 0, time.perf_counter()
    while len(found) < count:
        now = time.perf_counter()
        while asked < count and free and now >= begun + asked / A_SECOND:
            connection = free.pop()
            selector.get_key(connection).data[0] = time.perf_counter()
            connection.sendall(request())
            asked += 1
        for key, _ in selector.select(0):
            came = time.perf_counter()
            key.fileobj.recv(65536)
            found.append(came - key.data[0])
            free.append(key.fileobj)
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    return found


def latency(bench, cassette):
    """What is beyond the asked latency, in microseconds, less what the same server takes without one."""
    plain = bench.mockrec.start("replay", cassette)
    late = bench.mockrec.start(
        "replay", cassette, "--overlay", overlay(bench, "late", [f"{{fault: {{latency: {int(ASKED * 1000)}ms}}}}"]))
    try:
        count = 2_000 * bench.loader.seconds
        for server in (plain, late):
            times(server, 200)
        without = times(plain, count)
        beyond = [took - ASKED for took in times(late, count)]
        return {
            "p50": quantile(beyond, 0.5) * 1e6, "p99": quantile(beyond, 0.99) * 1e6, "least": min(beyond) * 1e6,
            "plain_p50": quantile(without, 0.5) * 1e6, "plain_p99": quantile(without, 0.99) * 1e6}
    finally:
        plain.stop()
        late.stop()


def drip(bench, cassette):
    """Seconds that a reply takes at a tenth of its bytes a second, and how many bytes it has."""
    def whole(server):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            begun = time.perf_counter()
            connection.sendall(request())
            bytes_ = b""
            while b"\r\n\r\n" not in bytes_ or len(bytes_) < length(bytes_):
                bytes_ += connection.recv(65536)
            return time.perf_counter() - begun, len(bytes_)

    def length(bytes_):
        head, _, _ = bytes_.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        return len(head) + 4 + int(fields[b"Content-Length"])

    server = bench.mockrec.start("replay", cassette)
    _, size = whole(server)
    server.stop()
    seconds = 10
    server = bench.mockrec.start(
        "replay", cassette, "--overlay", overlay(bench, "drip", [f"{{fault: {{drip: {size // seconds}B/s}}}}"]))
    took, _ = whole(server)
    server.stop()
    return {"bytes": size, "rate": size // seconds, "wanted": size / (size // seconds), "took": took}


def hanging(bench, cassette):
    """The others' throughput, and the server's memory, with and without 1,000 connections that hang."""
    server = bench.mockrec.start(
        "replay", cassette, "--allow-vacuous", "--overlay",
        overlay(bench, "hang", [f"{{match: {{path: {data.path_of(0)}, header: {{X-Hang: yes}}}}, fault: hang}}"]))
    held = []
    try:
        bench.loader.run(server, "many", SIZE, seconds=1)
        before, without = server.memory()[0], []
        with_them = []
        for _ in range(bench.rounds):
            without.append(bench.loader.run(server, "many", SIZE, label="nothing hangs"))
        for _ in range(HANGING):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(request().replace(b"\r\n\r\n", b"\r\nX-Hang: yes\r\n\r\n"))
            held.append(connection)
        time.sleep(0.5)
        grown = server.memory()[0] - before
        for _ in range(bench.rounds):
            with_them.append(bench.loader.run(server, "many", SIZE, label="1,000 hang"))
        for connection in held:
            connection.setblocking(False)
            try:
                raise SystemExit(f"a hanging connection was answered: {connection.recv(100)}")
            except BlockingIOError:
                pass
        return {
            "connections": HANGING, "grown": grown, "without": load.summary(without), "with": load.summary(with_them)}
    finally:
        for connection in held:
            connection.close()
        server.stop()
