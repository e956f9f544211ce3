"""Load by wrk, and what came of it."""

import json
import os
import re
import subprocess
import time
import urllib.request

import servers

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "paths.lua")


class Loader:
    """Measures rounds of a few seconds, all in the same way."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.commands = {}

    def run(self, server, *asks, connections=32, seconds=None, label=None, url=None):
        """One round: requests a second, latencies in microseconds, the server's processor time for a request (`cost`,
        microseconds) and how busy both processors were (0 to 1).
        """
        command = [
            "wrk", "-t1", f"-c{connections}", f"-d{seconds or self.seconds}", "--latency", "-s", SCRIPT, url or server.url, "--",
            *map(str, asks)]
        if label:
            self.commands[label] = "taskset -c 1 " + " ".join(command)
        before = servers.core_busy(servers.SERVER_CORE), servers.core_busy(servers.LOAD_CORE)
        used = servers.seconds_used(server.pid)
        process = servers.spawn(command, servers.LOAD_CORE, stdout=subprocess.PIPE, text=True)
        output = process.communicate()[0]
        after = servers.core_busy(servers.SERVER_CORE), servers.core_busy(servers.LOAD_CORE)
        if process.returncode != 0:
            raise SystemExit(f"wrk failed: {output}")
        figures = json.loads(output.strip().splitlines()[-1])
        if figures["failed"] or not figures["requests"]:
            raise SystemExit(f"requests failed: {figures} by {' '.join(command)}")
        figures["cost"] = (servers.seconds_used(server.pid) - used) / figures["requests"] * 1e6
        figures["rate"] = figures["requests"] / figures["microseconds"] * 1e6
        for name, (busy, total), (busy_after, total_after) in zip(("server", "load"), before, after):
            figures[f"{name}_busy"] = (busy_after - busy) / max(1, total_after - total)
        server.settle()
        return figures

    def h2load(self, server, streams, words, label):
        """One round over HTTP/2, 10 connections with so many requests at once: requests a second, and `cost` as of `run`."""
        command = ["h2load", "-D", str(self.seconds), "-c", "10", "-m", str(streams), "-t", "1", *words]
        self.commands[label] = "taskset -c 1 " + " ".join(command)
        used = servers.seconds_used(server.pid)
        process = servers.spawn(command, servers.LOAD_CORE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        output = process.communicate()[0]
        counts = re.search(r"requests: (\d+) total.* (\d+) succeeded, (\d+) failed", output)
        if not counts or int(counts[3]) or not int(counts[2]):
            raise SystemExit(f"requests failed: {output}")
        done = int(counts[2])
        server.settle()
        return {"rate": done / self.seconds, "cost": (servers.seconds_used(server.pid) - used) / done * 1e6}


def fetch(url):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as reply:
        return reply.read()


def median(rounds, key):
    values = sorted(figures[key] for figures in rounds)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def summary(rounds):
    """Medians of a server's rounds."""
    result = {key: median(rounds, key) for key in ("rate", "cost", "p50", "p99", "server_busy", "load_busy")}
    result["rates"] = [round(figures["rate"]) for figures in rounds]
    return result
