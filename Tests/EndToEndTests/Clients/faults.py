"""What clients make of each fault: for every path, curl's exit status and requests' and aiohttp's error, or the status.

Each asks over a connection of its own, so that a broken one is nobody else's."""

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import requests

base = sys.argv[1].rstrip("/")
paths = sys.argv[2:]


def curl(path):
    run = subprocess.run(
        ["curl", "-s", "-m", "2", "-o", "-", "-w", "%{stderr}%{http_code}", base + path], capture_output=True)
    if run.returncode:
        return f"exit {run.returncode}"
    return f"{run.stderr.decode()} {run.stdout.decode(errors='replace')}".strip()


def name(error):
    return type(error).__name__


def with_requests(path):
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(base + path, timeout=2)
            reply.json() if reply.headers.get("Content-Type") == "application/json" else None
            return f"{reply.status_code} {reply.text}".strip()
    except Exception as error:
        return name(error)


async def with_aiohttp(path):
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            async with session.get(base + path) as reply:
                text = await reply.text(errors="replace")
                if reply.headers.get("Content-Type") == "application/json":
                    json.loads(text)
                return f"{reply.status} {text}".strip()
    except Exception as error:
        return name(error)


def all_of(path):
    return path, {
        "curl": curl(path),
        "requests": with_requests(path),
        "aiohttp": asyncio.run(with_aiohttp(path)),
    }


with ThreadPoolExecutor(8) as pool:
    json.dump(dict(pool.map(all_of, paths)), sys.stdout)
