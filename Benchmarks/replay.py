"""Replay of recorded exchanges, against nginx that serves the same bytes from files."""

import data
import load
import servers


def measure(bench):
    documents = data.documents(bench.work, max(bench.sizes))
    nginx = {
        "nginx": servers.nginx_files(bench.work, documents),
        "nginx_sendfile": servers.nginx_files(bench.work, documents, copying=servers.SENDFILE)}
    try:
        return [measure_size(bench, nginx, size) for size in bench.sizes]
    finally:
        for server in nginx.values():
            server.stop()


def measure_size(bench, nginx, size):
    ours = bench.mockrec.start("replay", data.cassette(bench.work, size))
    everyone = {**nginx, "mockrec": ours}
    rounds = {name: [] for name in everyone}
    try:
        check(nginx["nginx"], ours, size)
        for server in everyone.values():
            # Every path is asked for once before it counts: no one's first reading of a file is measured.
            bench.loader.run(server, "many", size, seconds=1 + size // 12_000)
        for number in range(bench.rounds):
            # Who begins changes: nobody always gets the warmer processor.
            order = list(everyone) if number % 2 == 0 else list(reversed(everyone))
            for name in order:
                rounds[name].append(
                    bench.loader.run(everyone[name], "many", size, label=f"replay {size} {name}"))
        return {"exchanges": size, **{name: load.summary(found) for name, found in rounds.items()}}
    finally:
        ours.stop()


def check(nginx, ours, size):
    for number in {0, size // 2, size - 1}:
        path = data.path_of(number)
        if load.fetch(nginx.url + path) != load.fetch(ours.url + path):
            raise SystemExit(f"mockrec and nginx do not serve the same bytes at {path}")
