"""One decider for all tests: with pytest-xdist, all its workers ask the same."""

import os
import pathlib
import subprocess
import sys

pytest_plugins = ["mockrec_pytest"]


def pytest_configure(config):
    if "MOCKREC_CONTROL" not in os.environ or hasattr(config, "workerinput"):
        return
    decider = subprocess.Popen(
        [sys.executable, pathlib.Path(__file__).with_name("decider.py")], stdout=subprocess.PIPE, text=True
    )
    config.add_cleanup(decider.wait)
    config.add_cleanup(decider.terminate)
    os.environ["DECIDER_URL"] = decider.stdout.readline().split()[-1]
