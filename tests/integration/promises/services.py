"""Our processes as children of a test: configured by environment, ended by process id."""

import asyncio
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from typing_extensions import override

from runtime.embedded.child_server import ChildServer, inherited
from runtime.embedded.ports import LOOPBACK, free_port
from tests.limits import EVENT_S, SERVER_S
from tests.servers.forks import Start, nursery

ROOT = Path(__file__).parents[3]
_GLANCE_S = 0.1


class Service(ChildServer):
    """`python -m runtime NAME`; ready when /readyz says so."""

    name: ClassVar[str]

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        super().__init__(directory, ports=[self.port])
        self._settings = {
            "PYTHONPATH": str(ROOT),
            **environment,
            "SANBAN_HTTP_PORT": str(self.port),
            "SANBAN_HOME": str(directory),
        }

    @override
    def command(self) -> list[str]:
        settings = [f"{name}={value}" for name, value in self._settings.items()]
        return ["env", *settings, sys.executable, "-m", "runtime", self.name]

    @override
    async def prepare(self) -> None:
        await super().prepare()
        await asyncio.to_thread(nursery().until_ready)

    @override
    async def ready(self) -> bool:
        await asyncio.sleep(_GLANCE_S)
        status, _ = await self.ask("/readyz")
        return status == 200

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment for another process of its kind; port and home are its own."""
        return self._settings

    @property
    def begun(self) -> bool:
        return self._process is not None

    async def launch(self, **settings: str) -> None:
        """Start it without waiting until it is ready; `settings` stay for later starts."""
        self._settings |= settings
        await self.prepare()
        self._launch()

    async def ask(self, path: str) -> tuple[int, str]:
        """Return status and body of an HTTP answer; (0, "") without one."""
        return await asyncio.to_thread(_get, f"http://{LOOPBACK}:{self.port}{path}")

    @override
    def _launch(self) -> None:
        """Fork it, if it is this program: one of before, or in a shell, begins by itself."""
        settings = [f"{name}={value}" for name, value in self._settings.items()]
        words = ["env", *settings, sys.executable, "-m", "runtime"]
        command = self.command()
        if command[: len(words)] != words or self._settings["PYTHONPATH"] != str(ROOT):
            super()._launch()
            return
        self.log.touch()
        self._log_from = self.log.stat().st_size
        start = Start(
            words=command[len(words) :],
            environment={**inherited(), **self._settings},
            directory=str(self.directory),
            log=str(self.log),
            dies_by=self.stop_signal,
        )
        self._began(nursery().start(start))

    async def wait(self, within: float = SERVER_S) -> int:
        """Return the exit code as soon as it has ended by itself."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, within)

    async def terminate(self, within: float = SERVER_S) -> int:
        """Send SIGTERM and return the exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return await self.wait(within)

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


class IntakeProcess(Service):
    title = "sanban intake"
    name = "intake"


class WorkerProcess(Service):
    title = "sanban worker"
    name = "worker"


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=EVENT_S) as answer:  # noqa: S310 - http of ours
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()
    except OSError:
        return 0, ""
