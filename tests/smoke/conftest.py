"""`sanban up` in a process of its own, for all tests that need the whole system on one machine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typing_extensions import override

from runtime.embedded.ports import free_port
from tests.integration.promises.services import Service
from tests.limits import SERVER_S
from tests.smoke.commands import Told, sanban

PORTS = ("temporal", "ui", "kafka", "gateway", "console")


class UpProcess(Service):
    title = "sanban up"
    name = "up"
    start_timeout_s = 3 * SERVER_S  # it starts three servers and its own processes

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @override
    def command(self) -> list[str]:
        ports = {option: str(free_port()) for option in PORTS}
        options = (word for name, port in ports.items() for word in (f"--{name}-port", port))
        return [*super().command(), "--home", str(self.home), *options]

    async def type(self, *words: str, **settings: str) -> Told:
        """Run a command in another terminal; it finds the system by its home directory."""
        return await sanban(*words, SANBAN_HOME=str(self.home), **settings)


@pytest.fixture(scope="session")
async def up(servers_directory: Path) -> AsyncIterator[UpProcess]:
    process = UpProcess(servers_directory / "up", {})
    try:
        await process.start()
        yield process
    finally:
        await process.stop(grace_s=SERVER_S)
