"""A server whose starter was killed goes on for a while: a second one must not share its directory.

The kernel ends it where the program `setpriv` exists; elsewhere it goes on for ever.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from typing_extensions import override

from runtime.embedded import child_server
from runtime.embedded.child_server import ChildServer, ServerNotReady
from tests.fakes.waiting import until
from tests.limits import SERVER_S


class Sleeper(ChildServer):
    title = "The sleeper"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, ports=[])

    @override
    def command(self) -> list[str]:
        return ["sleep", "600"]

    @override
    async def ready(self) -> bool:
        return True


async def test_a_second_server_waits_until_the_earlier_one_has_ended(tmp_path: Path) -> None:
    async with Sleeper(tmp_path) as earlier:
        second = Sleeper(tmp_path)
        starting = asyncio.create_task(second.start())
        await asyncio.sleep(0.2)
        assert not starting.done()

        earlier.kill()
        await starting
        assert second.running
        await second.stop()


@pytest.fixture
async def unreaped(tmp_path: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A server that has ended, and that its starter, this test, has not reaped."""
    with subprocess.Popen(["sleep", "0"]) as earlier:
        process = psutil.Process(earlier.pid)
        (tmp_path / "server.pid").write_text(f"{earlier.pid} {process.create_time()}")
        await until(lambda: process.status() == psutil.STATUS_ZOMBIE)
        yield earlier


async def test_a_server_waits_until_the_earlier_one_is_reaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unreaped: subprocess.Popen[bytes]
) -> None:
    """Until then PostgreSQL says that another one runs in its directory."""
    monkeypatch.setattr(child_server, "_SECONDS_TO_REAP", SERVER_S)
    monkeypatch.setattr(child_server, "_SECONDS_TO_END", SERVER_S)
    starting = asyncio.create_task(Sleeper(tmp_path).until_startable())
    await asyncio.sleep(0.2)
    assert not starting.done()

    unreaped.wait()
    await starting


async def test_a_server_starts_where_no_process_reaps_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unreaped: subprocess.Popen[bytes]
) -> None:
    monkeypatch.setattr(child_server, "_SECONDS_TO_REAP", 0.2)
    await Sleeper(tmp_path).until_startable()

    assert psutil.Process(unreaped.pid).status() == psutil.STATUS_ZOMBIE


async def test_a_server_that_goes_on_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_server, "_SECONDS_TO_END", 0.2)
    async with Sleeper(tmp_path) as earlier:
        with pytest.raises(ServerNotReady) as told:
            await Sleeper(tmp_path).start()

        assert f"process {earlier.pid} (sleep) of an earlier start still works" in str(told.value)
        assert earlier.running


@pytest.mark.parametrize("content", ["", "x", "4194305 1.0", "1 1.0", "-1 1.0"])
async def test_a_left_over_file_keeps_no_server_from_starting(tmp_path: Path, content: str) -> None:
    (tmp_path / "server.pid").write_text(content)

    async with Sleeper(tmp_path) as server:
        await until(lambda: (tmp_path / "server.pid").read_text() != content)
        assert server.running
