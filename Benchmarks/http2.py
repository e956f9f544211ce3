"""HTTP/2 and TLS: the same bytes as nginx, and what a certificate for a new name costs."""

import os
import socket
import ssl
import subprocess
import time

import data
import load
import servers


def measure(bench):
    documents = data.documents(bench.work, max(bench.sizes))
    cassette = data.cassette(bench.work, 1_000)
    folder = certificate(bench.work)
    keys = f"ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;"
    return {
        "http2": side_by_side(bench, documents, cassette, "h2load", "", "http2"),
        "tls": side_by_side(bench, documents, cassette, "wrk", "--tls", "ssl", keys),
        "tls_http2": side_by_side(bench, documents, cassette, "h2load", "--tls", "ssl http2", keys),
        "leaf": leaf(bench, cassette)}


def side_by_side(bench, documents, cassette, loader, option, listen, keys=""):
    everyone = {
        "nginx": servers.nginx(bench.work, servers.FILES, f"root {documents}; {keys}", copying=servers.READING, listen=listen),
        "mockrec": bench.mockrec.start("replay", cassette, *option.split())}
    scheme = "https" if option else "http"
    rounds = {name: [] for name in everyone}
    try:
        for number in range(bench.rounds + 1):
            order = list(everyone) if number % 2 == 0 else list(reversed(everyone))
            for name in order:
                server = everyone[name]
                url = f"{scheme}://127.0.0.1:{server.port}"
                if loader == "wrk":
                    figures = bench.loader.run(server, "many", 1_000, url=url, label=f"TLS {name}")
                else:
                    figures = bench.loader.h2load(server, 10, [url + data.path_of(0)], f"HTTP/2 {option} {name}")
                # The first round warms both.
                if number:
                    rounds[name].append(figures)
        return {name: {"rate": load.median(found, "rate"), "cost": load.median(found, "cost")}
                for name, found in rounds.items()}
    finally:
        for server in everyone.values():
            server.stop()


def certificate(work):
    """nginx's own, of the kind that mockrec makes: ECDSA on P-256."""
    folder = f"{work}/certificate"
    if not os.path.exists(f"{folder}/cert.pem"):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
            check=True, capture_output=True)
    return folder


def leaf(bench, cassette):
    """Milliseconds of a handshake for a name that was asked for before, and for a new one: medians."""
    server = bench.mockrec.start("replay", cassette, "--tls")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def handshake(name):
        plain = socket.create_connection(("127.0.0.1", server.port))
        started = time.perf_counter()
        with context.wrap_socket(plain, server_hostname=name):
            return (time.perf_counter() - started) * 1000

    try:
        handshake("known.example")
        known = sorted(handshake("known.example") for _ in range(100))
        new = sorted(handshake(f"name-{number}.example") for number in range(100))
        return {"known": known[50], "new": new[50], "worst": new[-1]}
    finally:
        server.stop()
