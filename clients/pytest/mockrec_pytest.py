"""pytest fixtures for mocks that `mockrec replay --control 127.0.0.1:0 -- pytest` serves.

Each test that asks for `mockrec` gets a session of its own, with a port of its own for every service: tests that run in
parallel do not disturb each other. A test whose requests nothing answered fails, with the diagnosis.

Needs nothing but Python's own library and pytest. Load it by `pytest -p mockrec_pytest`, or name it in `pytest_plugins`.
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request

import pytest


class MockrecError(Exception):
    """What the control API did not understand, in its own words."""


class Mockrec:
    """One session of the mocks: its addresses, and what can be asked of them and set up in them."""

    def __init__(self, control, token=None):
        self._control, self._token = control.rstrip("/"), token
        opened = self._ask("POST", "/sessions", {"ports": True})
        self.name = opened["name"]
        self._addresses = {service["name"]: service["address"] for service in opened["services"]}

    def url(self, service=None):
        """The address of a service in this session; of the only one without a name."""
        if service is None and len(self._addresses) == 1:
            return next(iter(self._addresses.values()))
        return self._addresses[service]

    @property
    def headers(self):
        """What has a request belong to this session that comes to a service's common address. It survives a hop through
        the service under test, where that passes `baggage` on."""
        return {"baggage": f"mockrec-session={self.name}"}

    def add(self, *entries, service=None):
        """Adds entries, in the notation of cassettes; they answer before the cassette does. Gives their ids."""
        return self._ask("POST", self._path("entries"), self._words(service, entries=list(entries)))["ids"]

    def requests(self, service=None, match=None):
        """The requests that came, as JSON: all that are kept."""
        words = self._words(service, match=match, limit=10_000)
        return self._ask("POST", self._path("requests/find"), words)["requests"]

    def wait(self, service=None, match=None, count=1, timeout=10.0):
        """Waits until so many requests have come, and gives the last 100; `timeout` is in seconds."""
        words = self._words(service, match=match, count=count, timeout=int(timeout * 1000))
        return self._ask("POST", self._path("requests/wait"), words)["requests"]

    def verify(self, service=None, match=None, **words):
        """Fails unless requests came so: `exactly=2`, `atLeast`, `atMost`, `never=True`, `following`, `order`."""
        verdict = self._ask("POST", self._path("requests/verify"), self._words(service, match=match, **words))
        if not verdict["holds"]:
            came = "\n".join(f"  {request['summary']}" for request in verdict["instead"])
            raise AssertionError(f"{verdict['reason']}; what came:\n{came or '  nothing'}")

    def state(self, scenario, state, service):
        """Sets the state of a scenario."""
        parts = (urllib.parse.quote(part, safe="") for part in (service, scenario))
        self._ask("PUT", self._path("states/" + "/".join(parts)), {"state": state})

    def misses(self):
        """What nothing answered, with the diagnoses."""
        return self._ask("GET", self._path("misses"))

    def allow_misses(self):
        """Lets pass what nothing answered so far: neither the test nor the run fails by it."""
        self._ask("DELETE", self._path("misses"))

    def close(self):
        self._ask("DELETE", f"/sessions/{self.name}")

    def _path(self, rest):
        return f"/sessions/{self.name}/{rest}"

    @staticmethod
    def _words(service, **words):
        return {name: value for name, value in {"service": service, **words}.items() if value is not None}

    def _ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._control + path, data=data, method=method, headers=headers)
        # A proxy of the environment is for the services that are tested.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=660) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            problem = json.loads(error.read() or b"{}")
            if error.code == 408:
                wanted = (body or {}).get("count", 1)
                raise TimeoutError(f"{problem['count']} of {wanted} requests came in time") from None
            raise MockrecError(problem.get("detail", str(error))) from None
        return json.loads(text) if text else None


def pytest_configure(config):
    config.addinivalue_line("markers", "mockrec_misses: requests that nothing answers fail neither this test nor the run")


@pytest.fixture
def mockrec(request):
    control = os.environ.get("MOCKREC_CONTROL")
    if not control:
        pytest.fail("there is no MOCKREC_CONTROL: run `mockrec replay --control 127.0.0.1:0 -- pytest`", pytrace=False)
    session = Mockrec(control, os.environ.get("MOCKREC_CONTROL_TOKEN"))
    yield session
    misses = []
    if request.node.get_closest_marker("mockrec_misses"):
        session.allow_misses()
    else:
        misses = session.misses()
    session.close()
    if misses:
        pytest.fail("\n".join(miss["diagnosis"] for miss in misses), pytrace=False)
