"""The benchmarks: every figure beside that of a known server, measured in the same run on the same two processors."""

import argparse
import json
import os
import sys
import time
from types import SimpleNamespace

import grpc
import http2
import load
import mocks
import overlay
import record
import redis
import replay
import report
import servers
import start
import stream
import verify

PARTS = {
    "replay": replay, "start": start, "record": record, "redis": redis, "overlay": overlay, "mocks": mocks, "verify": verify,
    "http2": http2, "stream": stream, "grpc": grpc}


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a first impression in two minutes")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part (may be given several times)")
    parser.add_argument("--seconds", type=int, help="length of a round (3; 2 with --quick)")
    parser.add_argument("--rounds", type=int, help="rounds of each server (3; 1 with --quick)")
    parser.add_argument("--json", metavar="FILE", help="write all figures there")
    parser.add_argument("--mockrec", default=".build/release/mockrec", help="the program that is measured")
    parser.add_argument("--work", default=".build/bench", help="folder for cassettes and documents, kept between runs")
    return parser.parse_args()


def main():
    options = arguments()
    if len(os.sched_getaffinity(0) & {servers.SERVER_CORE, servers.LOAD_CORE}) < 2:
        raise SystemExit("error: needs processors 0 and 1, one for the server and one for the load")
    seconds = options.seconds or (2 if options.quick else 3)
    rounds = options.rounds or (1 if options.quick else 3)
    work = os.path.abspath(options.work)
    os.makedirs(work, exist_ok=True)
    binary = os.path.abspath(options.mockrec)
    bench = SimpleNamespace(
        work=work, rounds=rounds, starts=2 if options.quick else 5, sizes=(10, 1_000, 100_000),
        loader=load.Loader(seconds), mockrec=servers.Mockrec(binary, work))
    result = {
        "machine": report.machine(), "versions": report.versions(binary), "seconds": seconds, "rounds": rounds,
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    print(" ".join(f"{name} {value}," for name, value in {**result["machine"], **result["versions"]}.items()))
    print(f"medians of {rounds} rounds of {seconds} s, server on processor 0, load on processor 1")
    if os.getloadavg()[0] > 0.7:
        print(f"warning: the machine is not idle (load average {os.getloadavg()[0]:.1f}): figures may be off")
    for name in options.only or PARTS:
        result[name] = PARTS[name].measure(bench)
        getattr(report, name)(result[name])
        sys.stdout.flush()
    result["commands"] = bench.loader.commands
    print("\nThe load of each line, with the server's address of this run:")
    for label, command in bench.loader.commands.items():
        print(f"  {label}: {command}")
    print("One part again: scripts/bench --only " + "|".join(PARTS))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(result, file, indent=2)
            file.write("\n")


main()
