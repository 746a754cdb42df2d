"""Report once a server of the tests that does not start, or that ends in the middle.

Thirty tests may need one server. When it does not come up, the first of them fails with what the
server said; each of the others fails at once, with one line that names the reason and the first
test. The same happens with a server of the whole session that has ended and was not started again.

These are hooks of pytest. tests/conftest.py imports them; `-p tests.servers.startup` loads them
alone. They see every fixture that raises ServerNotReady and is shared by several tests, so a new
server needs nothing more than such a fixture.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

from runtime.embedded.child_server import ChildServer, ServerNotReady
from tests.limits import SERVER_S

# The product waits 30 s for its embedded servers; a busy machine may need longer.
ChildServer.start_timeout_s = SERVER_S

Fixture: TypeAlias = pytest.FixtureDef[Any]


@dataclass
class Startup:
    """What the session knows of its servers, by the fixture that starts each."""

    broken: dict[Fixture, str] = field(default_factory=dict)
    running: dict[Fixture, ChildServer] = field(default_factory=dict)
    test: str = ""
    """The test that runs now."""

    def failed(self, fixture: Fixture, error: ServerNotReady) -> None:
        reason = str(error).partition("\n")[0].removesuffix(":").replace(" The end of ", " Log: ")
        self.broken[fixture] = f"{fixture.argname} did not start: {reason}; see {self.test}"

    def why_not(self, fixtures: Sequence[Fixture]) -> str | None:
        """Say in one line which of these servers is not there; None when all of them are."""
        for fixture in fixtures:
            server = self.running.get(fixture)
            if fixture not in self.broken and server is not None and not server.running:
                reason = f"{server.title} has ended. Log: {server.log}"
                self.broken[fixture] = f"{fixture.argname} is gone: {reason}; see {self.test}"
            if fixture in self.broken:
                return self.broken[fixture]
        return None


STARTUP = pytest.StashKey[Startup]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STARTUP] = Startup()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    startup = item.config.stash[STARTUP]
    why_not = startup.why_not(_fixtures(item))
    startup.test = item.nodeid  # before, it was the last test that saw the server
    if why_not is not None:
        pytest.fail(why_not, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: Fixture, request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    if fixturedef.scope == "function" or fixturedef.params is not None:
        return (yield)  # of one test alone, or of several servers
    startup = request.config.stash[STARTUP]
    if fixturedef in startup.broken:
        pytest.fail(startup.broken[fixturedef], pytrace=False)
    try:
        made = yield
    except ServerNotReady as error:
        startup.failed(fixturedef, error)
        _, key, _ = fixturedef.cached_result or (None, None, None)
        # What pytest raises for every later test that asks for it, also while it runs.
        short = pytest.fail.Exception(startup.broken[fixturedef], pytrace=False)
        fixturedef.cached_result = (None, key, (short, None))
        raise
    if isinstance(made, ChildServer) and fixturedef.scope == "session":
        startup.running[fixturedef] = made
    return made


def _fixtures(item: pytest.Item) -> list[Fixture]:
    """Return what the test asks for, directly and through other fixtures."""
    info = getattr(item, "_fixtureinfo", None)
    return [] if info is None else [found[-1] for found in info.name2fixturedefs.values() if found]
