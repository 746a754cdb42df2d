"""One server that does not come up fails its tests for one reason, and at once."""

import socket
import subprocess
import sys
from pathlib import Path

from runtime.embedded.ports import LOOPBACK
from tests.__main__ import ROOT
from tests.limits import COMMAND_S

STORY = """
import sys
import pytest
from runtime.embedded.child_server import ChildServer


class Server(ChildServer):
    title = "The server of this test"

    def command(self):
        return [sys.executable, "-c", {program!r}]

    async def ready(self):
        return (self.directory / "ready").exists()


@pytest.fixture(scope="session")
async def server(tmp_path_factory):
    starts = tmp_path_factory.getbasetemp() / "starts"
    starts.open("a").write("started\\n")
    async with Server(tmp_path_factory.mktemp("server"), ports={ports}) as server:
        yield server


@pytest.fixture
def client(server):
    return server


async def test_first(server): {first}
@pytest.mark.parametrize("number", range(3))
async def test_later(client, number): pass
def test_without(): pass
def test_asks_while_it_runs(request): request.getfixturevalue("server")
"""
ENDS = "print('no such setting'); raise SystemExit(3)"
RUNS = "open('ready', 'w').close(); import time; time.sleep(3600)"
LATER = [*(f"test_later[{number}]" for number in range(3)), "test_asks_while_it_runs"]


def told(
    directory: Path, program: str, *, ports: tuple[int, ...] = (), first: str = "pass"
) -> tuple[str, dict[str, str]]:
    """Run the story in a session of its own.

    Return all that pytest says, and why each test failed, by its name, from the short summary.
    """
    (directory / "test_story.py").write_text(
        STORY.format(program=program, ports=ports, first=first)
    )
    options = (
        *("-p", "tests.servers.startup", "-p", "no:cacheprovider", "--asyncio-mode=auto"),
        *("-o", "asyncio_default_fixture_loop_scope=session"),
        *("-o", "asyncio_default_test_loop_scope=session"),
        *("-ra", f"--basetemp={directory / 'base'}"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(directory / "test_story.py")],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "1000"},
        timeout=COMMAND_S,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("ERROR ", "FAILED "))]
    why = dict(line.partition("::")[2].split(" - ", 1) for line in lines)
    return done.stdout, why


def starts(directory: Path) -> int:
    return len((directory / "base/starts").read_text().splitlines())


def test_a_server_that_ends_at_once_is_quoted_once_and_named_in_one_line_ever_after(
    tmp_path: Path,
) -> None:
    said, why = told(tmp_path, ENDS)

    assert said.count("no such setting") == 1
    assert why.keys() == {"test_first", *LATER}
    for name in LATER:
        assert why[name].startswith(
            "Failed: server did not start: The server of this test ended before it was ready. Log: "
        )
        assert why[name].endswith("server.log; see test_story.py::test_first")
    assert "1 passed" in said
    assert starts(tmp_path) == 1


def test_a_port_in_use_is_named_once_and_in_one_line_ever_after(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as holder:
        port = holder.getsockname()[1]
        _, why = told(tmp_path, RUNS, ports=(port,))

    assert why.keys() == {"test_first", *LATER}
    for name in LATER:
        assert (
            f"server did not start: The server of this test cannot start: port {port}" in why[name]
        )
        assert why[name].endswith("see test_story.py::test_first")
    assert starts(tmp_path) == 1


def test_a_server_that_ended_in_the_middle_is_named_with_the_last_test_that_saw_it(
    tmp_path: Path,
) -> None:
    said, why = told(tmp_path, RUNS, first="server.kill()")

    assert why.keys() == set(LATER[:3])
    for name in LATER[:3]:
        assert why[name].startswith("Failed: server is gone: The server of this test has ended.")
        assert why[name].endswith("see test_story.py::test_first")
    assert "3 passed" in said
