"""Verification: how near it comes to the ideal time of a slow service, and what memory a run of many exchanges takes."""

import os
import socket
import subprocess
import sys
import threading
import time

import data
import servers

LATENCY = 0.005
CONTRACTS = (200, 1_000)

# Answers every request after the latency. On the load's processor, as one that waits costs little.
SLOW = """
import asyncio, sys

class Slow(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.text = transport, b""

    def data_received(self, data):
        self.text += data
        while b"\\r\\n\\r\\n" in self.text:
            self.text = self.text.split(b"\\r\\n\\r\\n", 1)[1]
            asyncio.get_running_loop().call_later(float(sys.argv[2]), self.transport.write, ANSWER)

ANSWER = b'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 12\\r\\n\\r\\n{"ok": true}'

async def main():
    server = await asyncio.get_running_loop().create_server(Slow, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

asyncio.run(main())
"""


def measure(bench):
    return {"slow": [slow(bench, jobs) for jobs in (4, 16)], "many": [many(bench, kind) for kind in ("agree", "drift")]}


def slow(bench, jobs):
    """Contracts by hand against a service with latency, asked once each."""
    port = servers.free_port()
    server = servers.Server(
        servers.spawn([sys.executable, "-c", SLOW, str(port), str(LATENCY)], servers.LOAD_CORE), port)
    servers.wait_for(port, server.process)
    try:
        runs = []
        for count in CONTRACTS:
            folder = contracts(bench.work, count)
            # The first one brings the files into the page cache.
            found = [
                run(bench, [folder, "--only", "real", "--variable", f"url=http://127.0.0.1:{port}", "--samples", "1",
                            "--jobs", str(jobs)]) for _ in range(bench.rounds + 1)]
            runs.append(sorted(found[1:], key=lambda one: one["seconds"])[bench.rounds // 2])
        return {
            "jobs": jobs, "ideal": CONTRACTS[-1] * LATENCY / jobs, "bare": bare(port, jobs), "few": runs[0],
            "all": runs[1]}
    finally:
        server.stop()


def bare(port, jobs):
    """Seconds for the same requests by as many bare sockets: what this service on this machine allows at all."""

    def ask():
        with socket.create_connection(("127.0.0.1", port)) as connection:
            for _ in range(CONTRACTS[-1] // jobs):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n")
                connection.recv(4096)

    threads = [threading.Thread(target=ask) for _ in range(jobs)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def contracts(work, count):
    def make(folder):
        for number in range(count):
            with open(f"{folder}/{number:04d}.hurl", "w") as file:
                file.write(f'GET {{{{url}}}}/items/{number}\nHTTP 200\n[Asserts]\njsonpath "$.ok" == true\n')

    return data.once(f"{work}/contracts-{count}", make)


def many(bench, kind):
    """A cassette against a service that answers alike, or against nginx, of whose headers each differs."""
    most = max(bench.sizes) if bench.rounds > 1 else max(bench.sizes) // 10
    runs = []
    for size in (most // 10, most):
        cassette = data.cassette(bench.work, size)
        real = (
            bench.mockrec.start("replay", cassette) if kind == "agree"
            else servers.nginx_files(bench.work, data.documents(bench.work, size)))
        report = f"{bench.work}/verify.html"
        try:
            found = run(bench, ["--wire", "http", "--cassette", cassette, "--real", f"http://127.0.0.1:{real.port}",
                                "--samples", "1", "--report", f"html={report}", "--report", f"json={report}.json"])
        finally:
            real.stop()
        runs.append({"exchanges": size, "html": os.path.getsize(report), **found})
    return {"kind": kind, "few": runs[0], "all": runs[1]}


def run(bench, arguments):
    """Seconds from start to end and the most memory that it took."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [bench.mockrec.binary, "verify", *arguments], cwd=bench.mockrec.folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or "passed" not in said:
        raise SystemExit(said[-4000:])
    return {"seconds": time.perf_counter() - began, "highest": usage.ru_maxrss * 1024}
