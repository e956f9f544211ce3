"""gRPC: unary calls beside a bare HTTP/2 server of swift-nio and one of grpcio, and a gigabyte through the recorder."""

import os
import subprocess
import time

import load
import servers

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = f"{HERE}/../Tests/EndToEndTests"
PYTHON = f"{HERE}/../.build/venv/bin/python"
BARE = f"{HERE}/Bare/.build/release/bare"
CALL = "helloworld.Greeter/SayHello"
# A name that makes a reply of 100 bytes.
NAME = "x" * 90


def measure(bench):
    return {"unary": unary(bench), "stream": stream(bench)}


def cassette(work):
    folder = f"{work}/greeter"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/grpc-greeter.hurl", "w") as file:
        file.write(
            f'# mockrec 1\nGRPC {{{{greeter}}}} {CALL}\n{{\n  "1": "{NAME}"\n}}\n\nGRPC OK\n{{\n  "1": "Hello, {NAME}!"\n}}\n')
    return folder


def grpcio(core):
    port = servers.free_port()
    process = servers.spawn(
        [PYTHON, "-B", f"{TESTS}/Servers/grpc_server.py", "--port", str(port)], core, stdout=subprocess.DEVNULL)
    servers.wait_for(port, process)
    return servers.Server(process, port)


def bare():
    process = servers.spawn([BARE], servers.SERVER_CORE, stdout=subprocess.PIPE, text=True)
    return servers.Server(process, int(process.stdout.readline().split()[1]))


def unary(bench):
    message = f"{bench.work}/hello.grpc"
    with open(message, "wb") as file:
        file.write(bytes([0, 0, 0, 0, 2 + len(NAME), 0x0A, len(NAME)]) + NAME.encode())
    everyone = {
        "bare": bare(), "grpcio": grpcio(servers.SERVER_CORE),
        "mockrec": bench.mockrec.start("replay", cassette(bench.work), wire="grpc")}
    rounds = {}
    try:
        for server in everyone.values():
            check(server, message)
        for number in range(bench.rounds + 1):
            order = list(everyone) if number % 2 == 0 else list(reversed(everyone))
            for name in order:
                for streams in (10, 1):
                    figures = bench.loader.h2load(
                        everyone[name], streams, command(everyone[name], message), f"gRPC {name}, {streams} at once")
                    # The first round warms all.
                    if number:
                        rounds.setdefault(streams, {}).setdefault(name, []).append(figures)
        return {
            streams: {name: {key: load.median(found, key) for key in ("rate", "cost")} for name, found in each.items()}
            for streams, each in rounds.items()}
    finally:
        for server in everyone.values():
            server.stop()


def command(server, message, *more):
    return [
        *more, "-d", message, "-H", "content-type: application/grpc", "-H", "te: trailers",
        f"http://127.0.0.1:{server.port}/{CALL}"]


def check(server, message):
    """Load counts replies: that they are the right one is looked at once."""
    said = subprocess.run(command(server, message, "nghttp", "-v"), capture_output=True, text=True, errors="replace").stdout
    if "grpc-status: 0" not in said:
        raise SystemExit(f"the call failed: {said}")


def stream(bench):
    origin = grpcio(servers.LOAD_CORE)
    folder = f"{bench.work}/gigabyte"
    subprocess.run(["rm", "-rf", folder], check=True)
    server = bench.mockrec.start("record", folder, "--real", f"grpc://127.0.0.1:{origin.port}", wire="grpc")
    client = [PYTHON, "-B", f"{TESTS}/Clients/grpc_client.py", "--megabytes", "1000", "bulk"]
    try:
        took = {}
        for name, at in (("direct", origin), ("recorded", server)):
            started = time.perf_counter()
            done = subprocess.run([*client, "--target", f"127.0.0.1:{at.port}"], capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"the stream failed: {done.stdout} {done.stderr}")
            took[name] = time.perf_counter() - started
        return {"seconds": took["recorded"], "direct": took["direct"], "highest": server.memory()[1]}
    finally:
        server.stop()
        origin.stop()
        subprocess.run(["rm", "-rf", folder], check=True)
