"""Replay of recorded exchanges, against nginx that serves the same bytes from files."""

import data
import load
import servers


def measure(bench):
    return [measure_size(bench, size) for size in bench.sizes]


def measure_size(bench, size):
    documents = data.documents(bench.work, max(bench.sizes))
    own_files = size <= servers.OPEN_FILES
    everyone = {
        "nginx": servers.nginx_files(bench.work, documents),
        "nginx_tuned": servers.nginx_tuned(bench.work, documents, own_files=own_files),
        "mockrec": bench.mockrec.start("replay", data.cassette(bench.work, size))}
    rounds = {name: [] for name in everyone}
    try:
        check(documents, everyone["mockrec"], size)
        for server in everyone.values():
            # Every path is asked for once before it counts: no one's first reading of a file is measured.
            bench.loader.run(server, "many", size, seconds=1 + size // 12_000)
        for number in range(bench.rounds):
            # Who begins changes: nobody always gets the warmer processor.
            order = list(everyone) if number % 2 == 0 else list(reversed(everyone))
            for name in order:
                rounds[name].append(
                    bench.loader.run(everyone[name], "many", size, label=f"replay {size} {name}"))
        return {"exchanges": size, "own_files": own_files, **{name: load.summary(found) for name, found in rounds.items()}}
    finally:
        for server in everyone.values():
            server.stop()


def check(documents, ours, size):
    """Refuses to measure answers that are not the documents."""
    for number in {0, size // 2, size - 1}:
        path = data.path_of(number)
        with open(documents + path, "rb") as file:
            if file.read() != load.fetch(ours.url + path):
                raise SystemExit(f"mockrec does not serve the bytes of the document at {path}")
