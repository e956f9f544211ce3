"""Asks for two files, the way that careful or careless programs do; exits with 0 where it got what it wanted.

Usage: sweep_requests.py plain|retrying, with the service's address in CASSETTE_URL
"""

import os
import sys

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

url = os.environ["CASSETTE_URL"]
session = requests.Session()
session.trust_env = False
if sys.argv[1] == "retrying":
    retry = Retry(total=3, status_forcelist=[500, 503], backoff_factor=0)
    session.mount("http://", HTTPAdapter(max_retries=retry))


def get(path):
    answer = session.get(url + path, timeout=1)
    answer.raise_for_status()
    return answer


if get("/hello.txt").text != "hello, world\n":
    sys.exit("half a greeting")
if get("/data.json").json()["id"] != 42:
    sys.exit("somebody else")
