"""What clients/pytest is for, as a suite would use it."""

import threading
import urllib.error
import urllib.request

import pytest

GREETING = "GET {{cassette}}/greet/{name}\n\nHTTP 200\n`%s`\n"


def get(url, headers=None):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=30) as reply:
        return reply.read().decode()


@pytest.mark.parametrize("number", range(20))
def test_each_has_its_own(mockrec, number):
    mockrec.add(GREETING % number)
    assert get(mockrec.url() + "/greet/x") == str(number)
    assert get(mockrec.url("cassette") + "/known") == "recorded"
    mockrec.verify(match={"path": "/greet/*"}, exactly=1)
    assert [request["summary"] for request in mockrec.requests()] == ["GET /greet/x", "GET /known"]


def test_waits_without_sleeping(mockrec):
    threading.Timer(0.1, lambda: get(mockrec.url() + "/known")).start()
    assert len(mockrec.wait(match={"path": "/known"})) == 1
    with pytest.raises(TimeoutError):
        mockrec.wait(match={"path": "/never"}, timeout=0.05)


def test_tells_what_came_instead(mockrec):
    get(mockrec.url() + "/known")
    with pytest.raises(AssertionError, match=r"it came 0 times, wanted at least 1; what came:\n  GET /known"):
        mockrec.verify(match={"path": "/other"})


def test_a_miss_fails(mockrec):
    with pytest.raises(urllib.error.HTTPError):
        get(mockrec.url() + "/nothing")


def test_misses_that_are_allowed(mockrec):
    for _ in range(2):
        with pytest.raises(urllib.error.HTTPError):
            get(mockrec.url() + "/wanted")
    mockrec.allow_misses()
    assert mockrec.misses() == []


@pytest.mark.mockrec_misses
def test_a_miss_that_is_wanted(mockrec):
    with pytest.raises(urllib.error.HTTPError):
        get(mockrec.url() + "/nothing")
