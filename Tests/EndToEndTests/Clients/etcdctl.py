"""Asks etcd for keys, transactions, leases and a watch by etcdctl; prints what it said, line by line.

Usage: etcdctl.py [SCHEME://]HOST:PORT
"""

import subprocess
import sys

BASE = ["etcdctl", "--endpoints", sys.argv[1].split("://")[-1].rstrip("/")]


def ask(*words, text=None):
    """Runs one command and gives the words of its output."""
    done = subprocess.run(BASE + list(words), input=text, capture_output=True, text=True, timeout=30)
    # What it says of an error has a time and a number of its own in the lines before the last.
    said = done.stdout if done.returncode == 0 else done.stderr.strip().split("\n")[-1]
    print(*words, "->", done.returncode, *said.split("\n"), flush=True)
    return said.split()


def watch(key):
    """Watches a key from its first revision on, changes it when it has been heard of, and leaves."""
    watching = subprocess.Popen(BASE + ["watch", key, "--rev", "1"], stdout=subprocess.PIPE, text=True)
    heard = [watching.stdout.readline().strip() for _ in range(3)]
    ask("put", key, "plum")
    heard += [watching.stdout.readline().strip() for _ in range(3)]
    watching.terminate()
    watching.wait(10)
    print("watched", *heard, flush=True)


ask("put", "fruit/1", "apple")
ask("put", "fruit/2", "größer ✓")
ask("get", "fruit/1")
ask("get", "--prefix", "fruit/", "-w", "json")
ask("get", "none")
ask("txn", text='value("fruit/1") = "apple"\n\nput fruit/1 pear\n\nget fruit/1\n\n')
ask("get", "fruit/1")
ask("del", "fruit/2")
ask("put", "", "nameless")
lease = ask("lease", "grant", "600")[1]
ask("put", "held", "x", "--lease", lease)
ask("lease", "keep-alive", "--once", lease)
ask("lease", "revoke", lease)
ask("put", "watched", "cherry")
watch("watched")
ask("member", "list")
