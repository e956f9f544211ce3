"""The decider among its three services: every test has its own users and histories in a session of its own.

All tests are about the same person, and run at the same time.
"""

import json
import os
import urllib.error
import urllib.request
from datetime import date, datetime, timezone

import pytest

ANY = {"path": "/callbacks"}


def ago(months):
    """A day so many months ago, and not a whole month more."""
    today = datetime.now(timezone.utc).date()
    years, month = divmod(12 * today.year + today.month - 1 - months, 12)
    return date(years, month + 1, 1).isoformat()


def entry(request, status, body=None):
    return f"{request}\n\nHTTP {status}\nContent-Type: application/json\n{json.dumps(body)}\n"


class World:
    """What the decider asks, as a test wants it."""

    def __init__(self, mockrec):
        self.mockrec = mockrec

    def user(self, months, **more):
        self.mockrec.add(entry("GET {{users}}/users/ada", 200, {"born": ago(months), **more}), service="users")

    def history(self, *doses):
        had = [{"vaccine": vaccine, "on": ago(months)} for vaccine, months in doses]
        self.mockrec.add(entry("GET {{immunizations}}/users/ada/immunizations", 200, had), service="immunizations")

    def decide(self, person="ada"):
        """Asks the decider, and gives the status of its answer."""
        request = urllib.request.Request(
            os.environ["DECIDER_URL"] + "/decisions", json.dumps({"person": person}).encode(), self.mockrec.headers
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code

    def callback(self, count=1):
        """What the pharmacy was told, as soon as it has been told so often."""
        return self.mockrec.wait("pharmacy", match=ANY, count=count)[-1]["json"]

    def came(self):
        return [request["summary"] for request in self.mockrec.requests()]


@pytest.fixture
def world(mockrec):
    return World(mockrec)


CHILD, ADULT, OLD = 12 * 5, 12 * 30, 12 * 70
MEASLES = [("measles", 40), ("measles", 36)]

PEOPLE = {
    "nothing yet": (ADULT, [], [], ["tetanus 1", "measles 1"]),
    "a baby is too young for measles": (6, [], [], ["tetanus 1"]),
    "a child of a year is not": (12, [], [], ["tetanus 1", "measles 1"]),
    "one dose of two": (CHILD, [("measles", 12), ("tetanus", 12)], [], ["measles 2"]),
    "the second dose is too early": (CHILD, [("measles", 0), ("tetanus", 12)], [], []),
    "all there": (CHILD, [*MEASLES, ("tetanus", 12)], [], []),
    "tetanus just holds": (ADULT, [*MEASLES, ("tetanus", 119)], [], []),
    "tetanus has run out": (ADULT, [*MEASLES, ("tetanus", 120)], [], ["tetanus 2"]),
    "the last dose counts": (ADULT, [*MEASLES, ("tetanus", 50), ("tetanus", 200)], [], []),
    "an allergy": (ADULT, [], ["measles"], ["tetanus 1"]),
    "allergic to all": (OLD, [], ["tetanus", "measles", "influenza", "shingles"], []),
    "influenza each year": (OLD, [*MEASLES, ("tetanus", 1), ("shingles", 30), ("shingles", 20), ("influenza", 12)],
                            [], ["influenza 2"]),
    "influenza of this year": (OLD, [*MEASLES, ("tetanus", 1), ("shingles", 30), ("shingles", 20), ("influenza", 11)],
                               [], []),
    "shingles, the second": (OLD, [*MEASLES, ("tetanus", 1), ("shingles", 2), ("influenza", 3)], [], ["shingles 2"]),
    "all at once": (OLD, [], [], ["tetanus 1", "measles 1", "influenza 1", "shingles 1"]),
    "what nobody knows does not matter": (CHILD, [*MEASLES, ("tetanus", 5), ("smallpox", 5)], [], []),
}


@pytest.mark.parametrize("age, had, allergies, due", PEOPLE.values(), ids=PEOPLE)
def test_decides(world, age, had, allergies, due):
    world.user(age, allergies=allergies)
    world.history(*had)
    assert world.decide() == 202
    told = world.callback()
    assert told == {"person": "ada", "due": [{"vaccine": v, "dose": int(n)} for v, n in map(str.split, due)]}
    assert world.came() == ["GET /users/ada", "GET /users/ada/immunizations", "POST /callbacks"]


@pytest.mark.parametrize("years", range(0, 100, 4))
def test_influenza_is_for_the_old(world, years):
    world.user(12 * years)
    assert world.decide() == 202
    assert ("influenza" in {dose["vaccine"] for dose in world.callback()["due"]}) == (years >= 60)


def test_of_a_stranger_nobody_else_is_asked(world):
    assert world.decide("eve") == 404
    assert world.came() == ["GET /users/eve"]


def test_the_pharmacy_refuses_and_is_asked_again(world):
    world.user(ADULT)
    # The state is the session's: elsewhere the pharmacy works.
    for state, after in [("started", "refused"), ("refused", "willing")]:
        world.mockrec.add(
            f"# @state pharmacy={state}\nPOST {{{{pharmacy}}}}/callbacks\n\n# @state pharmacy={after}\nHTTP 503\n",
            service="pharmacy",
        )
    assert world.decide() == 202
    assert len(world.callback(count=3)["due"]) == 2
    world.mockrec.verify("pharmacy", match=ANY, exactly=3)
    keys = {dict(request["headers"])["Idempotency-Key"] for request in world.mockrec.requests("pharmacy")}
    assert len(keys) == 1


def test_without_a_history_the_pharmacy_hears_why(world):
    world.user(ADULT)
    world.mockrec.add(entry("GET {{immunizations}}/users/ada/immunizations", 500), service="immunizations")
    assert world.decide() == 202
    assert world.callback() == {"person": "ada", "problem": "no history: HTTP Error 500: Internal Server Error"}


def test_first_who_then_what_then_the_callback(world):
    world.user(ADULT)
    assert world.decide() == 202
    world.callback()
    asked = [("users", "/users/*"), ("immunizations", "/users/*/immunizations"), ("pharmacy", "/callbacks")]
    world.mockrec.verify(order=[{"service": service, "match": {"path": path}} for service, path in asked])
