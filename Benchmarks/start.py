"""From the start of the process to the first complete answer, and the memory that a cassette takes."""

import os
import socket
import time

import data
import servers


def measure(bench):
    rows = []
    for size in (200, max(bench.sizes)):
        cassette = data.cassette(bench.work, size)
        on_disk = data.size(cassette)
        runs = bench.starts if size == 200 else max(2, bench.starts // 2)
        # The first one brings the files into the page cache, and is not counted.
        first(bench, cassette, size, servers.SERVER_CORE)
        pinned = [first(bench, cassette, size, servers.SERVER_CORE) for _ in range(runs)]
        free = [first(bench, cassette, size, None) for _ in range(runs)]
        rows.append({
            "exchanges": size, "bytes": on_disk,
            "seconds": middle([run[0] for run in pinned]), "worst_seconds": max(run[0] for run in pinned),
            "seconds_all_cores": middle([run[0] for run in free]),
            "resident": middle([run[1] for run in pinned]), "highest": middle([run[2] for run in pinned]),
            "resident_all_cores": middle([run[1] for run in free]), "highest_all_cores": middle([run[2] for run in free])})
    return rows


def middle(values):
    return sorted(values)[len(values) // 2]


def first(bench, cassette, size, core):
    """Seconds to the first answer, resident memory then, and the highest until then."""
    path = data.path_of(size // 2)
    begun = time.perf_counter()
    server = bench.mockrec.launch("replay", cassette, core=core)
    allowed = os.sched_getaffinity(0)
    # On its own processor it may knock without a pause; where the server uses all of them it must not be in the way.
    pause = 0 if core is not None else 0.0003
    if core is not None:
        os.sched_setaffinity(0, {servers.LOAD_CORE})
    try:
        while not answered(server.port, path):
            if server.process.poll() is not None:
                raise SystemExit(bench.mockrec.said())
            if pause:
                time.sleep(pause)
        seconds = time.perf_counter() - begun
        return (seconds, *server.memory())
    finally:
        os.sched_setaffinity(0, allowed)
        server.stop()


def answered(port, path):
    with socket.socket() as connection:
        if connection.connect_ex(("127.0.0.1", port)) != 0:
            return False
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        reply = b""
        while b"\r\n\r\n" not in reply or len(reply.split(b"\r\n\r\n", 1)[1]) < data.BODY_BYTES:
            piece = connection.recv(65536)
            if not piece:
                return False
            reply += piece
        if not reply.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"not the recorded answer: {reply[:200]!r}")
        return True
