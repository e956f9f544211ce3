"""Asks a service over TLS by unmodified clients that know of its certificate authority from their environment only.

Prints a line for each client: its name and what it got.
Usage: tls_clients.py URL CLIENT…
"""

import asyncio
import os
import subprocess
import sys
import tempfile

JAVA = """
import java.net.URI;
import java.net.http.*;

public class Ask {
  public static void main(String[] words) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(words[0])).build();
    System.out.print(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }
}
"""


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else f"status {done.returncode}: {done.stderr}"


def by_curl(url):
    return run("curl", "-sS", url)


def by_requests(url):
    import requests

    return requests.get(url).text


def by_urllib(url):
    import urllib.request

    return urllib.request.urlopen(url).read().decode()


def by_httpx(url):
    import httpx

    return httpx.get(url).text


def by_aiohttp(url):
    import aiohttp

    async def ask():
        async with aiohttp.ClientSession(trust_env=True) as session, session.get(url) as reply:
            return await reply.text()

    return asyncio.run(ask())


def by_node(url):
    return run("node", "-e", f"fetch({url!r}).then(r => r.text()).then(t => process.stdout.write(t))")


def by_java(url):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "Ask.java")
        with open(path, "w") as file:
            file.write(JAVA)
        return run("java", path, url)


for name in sys.argv[2:]:
    try:
        answer = globals()[f"by_{name}"](sys.argv[1])
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(name, answer.strip().replace("\n", " "), flush=True)
