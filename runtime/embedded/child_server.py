"""A server as a child process: started, watched until it answers, ended by its process id."""

import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import psutil

LOOPBACK = "127.0.0.1"
# Below 32768, where kernels begin to take the ports of outgoing connections: a client knocking
# on a dead server's port from that very port would be connected to itself.
_PORTS = range(20_000, 32_000)
_handed_out: set[int] = set()
# Servers see what they need to run and nothing that could change how they are configured.
_ENVIRONMENT = ("HOME", "JAVA_HOME", "LANG", "PATH", "TMPDIR", "TZ")
_GLANCE_S = 0.02
_BURIAL_S = 5.0
_QUOTED_LINES = 15


class ServerNotReady(RuntimeError):
    """The server did not come up; the text quotes what it said last."""


class PortInUse(ServerNotReady):
    """Somebody else listens where this server should."""


def free_port() -> int:
    """A port on which nobody listens, never the same one twice in a process."""
    while True:
        port = secrets.choice(_PORTS)
        if port not in _handed_out and _is_free(port):
            _handed_out.add(port)
            return port


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """Gone at the end; until then a server that runs as another user may pass through it."""
    with tempfile.TemporaryDirectory(prefix="sanban-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        yield directory


def accepts(port: int) -> bool:
    """Whether somebody takes TCP connections on that port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


class ChildServer(ABC):
    """One server with its directory and its ports, which it keeps over all its restarts.

    Start it from a thread that outlives it, in practice the event loop's: where there is a
    `setpriv`, the kernel stops the server when that thread ends, so that it does not survive
    even a SIGKILL of ours.
    """

    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    patience_s: ClassVar[float] = 30.0

    def __init__(self, directory: Path, *, ports: Sequence[int], user: str | None = None) -> None:
        self.directory = directory
        self.log = directory / "server.log"
        self._ports = tuple(ports)
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self._log_from = 0

    @abstractmethod
    def command(self) -> list[str]:
        """Program and arguments, for one start."""

    @abstractmethod
    async def ready(self) -> bool:
        """Whether it does its work, not only whether it runs."""

    async def prepare(self) -> None:
        """What must be there before a start; called before each one."""
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
        """Return when the server is ready; raise ServerNotReady, leaving nothing behind, if not."""
        if self.running:
            return
        for port in self._ports:
            self._refuse_taken(port)
        await self.prepare()
        self._launch()
        try:
            await self._until_ready()
        except BaseException:
            self.kill()
            raise

    async def stop(self, grace_s: float = 10.0) -> None:
        """Ask it to end; end it by force when it has not done so in time."""
        if self._process is None:
            return
        family = self._descendants()
        if self.running:
            self._process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, grace_s)
        self._end(family)

    def kill(self) -> None:
        """End it as a power cut would: no farewell, children included."""
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

    def last_words(self) -> str:
        """The end of what it has logged since its last start."""
        with self.log.open("rb") as log:
            log.seek(self._log_from)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-_QUOTED_LINES:]) or "(nothing)"

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self._log_from = log.seek(0, os.SEEK_END)
            self._process = subprocess.Popen(  # noqa: S603 - programs of our own dependencies
                [*_die_with_us(self.stop_signal), *self.command()],
                cwd=self.directory,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in a terminal reaches us alone; we stop the servers in the right order.
                start_new_session=True,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else (),
            )

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + self.patience_s
        while not await self.ready():
            if not self.running:
                raise ServerNotReady(f"{self.title} ended before it was ready. {self._quote()}")
            if time.monotonic() > deadline:
                raise ServerNotReady(
                    f"{self.title} was not ready in {self.patience_s:.0f} s. {self._quote()}"
                )
            await asyncio.sleep(_GLANCE_S)

    def _quote(self) -> str:
        return f"The end of {self.log}:\n{self.last_words()}"

    def _refuse_taken(self, port: int) -> None:
        if not _is_free(port):
            raise PortInUse(
                f"{self.title} cannot start: port {port} on {LOOPBACK} is in use"
                f"{_holder(port)}. End that program or choose another port."
            )

    def _descendants(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _end(self, family: list[psutil.Process]) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        for relative in family:
            with suppress(psutil.NoSuchProcess):
                relative.kill()  # psutil compares start times: never a reused process id
        deadline = time.monotonic() + _BURIAL_S
        while any(_lives(relative) for relative in family) and time.monotonic() < deadline:
            time.sleep(_GLANCE_S)


def _lives(process: psutil.Process) -> bool:
    """A zombie is dead: who buries it is the business of this machine's process 1."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Connections of an earlier server that still wait to die do not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _holder(port: int) -> str:
    for held in psutil.net_connections("tcp"):
        if held.status == psutil.CONN_LISTEN and held.laddr[1:] == (port,) and held.pid:
            return f" by process {held.pid} ({psutil.Process(held.pid).name()})"
    return ""


def _die_with_us(stop_signal: signal.Signals) -> list[str]:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG"), "--"]
