"""Start what a unit of deploy/systemd says, as systemd would, on a machine that is a directory.

`/opt`, `/etc` and `/var/lib` of the unit are below that directory. What needs root (the unit's
user, a read-only system) is done where the tests run as root, in a machine that lets them.
"""

import asyncio
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from typing_extensions import override

from runtime.embedded.child_server import ChildServer
from tests.deploy.programs import DEPLOY
from tests.integration.promises.services import _get
from tests.limits import COMMAND_S

SYSTEMD = DEPLOY / "systemd"
OURS = re.compile(r"(?<![\w.])/(opt|etc|var/lib)/sanban\b")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
FIRST_USER = 64_100
"""Numbers of the units' users, which nothing else on a machine has."""
# Everything is read-only but what follows; a home that the tests' Python is in opens for others.
SYSTEM = """\
set -e
for private in $PRIVATE; do
    mount --bind "$PYTHON" "$KEPT" && mount -t tmpfs -o mode=755 tmpfs "$private"
    mkdir -p "$PYTHON" && mount --bind "$KEPT" "$PYTHON" && umount "$KEPT"
done
mount --bind "$MACHINE" "$MACHINE"
mount -o remount,bind,ro / && mount -o remount,bind,ro "$MACHINE"
for each in $WRITES; do mount --bind "$each" "$each" && mount -o remount,bind,rw "$each"; done
umask "$MASK"
exec env -i "$@"
"""


@dataclass(frozen=True)
class Unit:
    """A unit's file. `name` may have an instance: `sanban-worker@1.service`."""

    name: str

    @cached_property
    def _lines(self) -> list[tuple[str, str]]:
        file = re.sub(r"@.*\.", "@.", self.name)
        text = (SYSTEMD / file).read_text(encoding="utf-8")
        return [(k, v) for k, _, v in (line.partition("=") for line in text.splitlines()) if v]

    def all(self, key: str) -> list[str]:
        instance = self.name.partition("@")[2].removesuffix(".service")
        return [value.replace("%i", instance) for name, value in self._lines if name == key]

    def one(self, key: str, default: str = "") -> str:
        return next(iter(self.all(key)), default)


@dataclass(frozen=True)
class Machine:
    """A machine with our program at /opt/sanban; `directory` is its root."""

    directory: Path

    def __post_init__(self) -> None:
        for name in ("opt", "etc/sanban", "var/lib/sanban", "run", "private", "kept"):
            (self.directory / name).mkdir(parents=True)
        (self.directory / "opt/sanban").symlink_to(sys.prefix)

    def at(self, path: str) -> Path:
        return self.directory / path.lstrip("/")

    def moved(self, text: str) -> str:
        """Return the text with each path of ours where it is on this machine."""
        return OURS.sub(lambda found: f"{self.directory}{found.group()}", text)

    def write(self, path: str, text: str, mode: int, group: str = "") -> None:
        file = self.at(path)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        if group and isolates():
            os.chown(file, 0, number(group))

    def environment(self, unit: Unit) -> dict[str, str]:
        """Return what systemd gives the process; what a file says counts more."""
        found = {"PATH": PATH, "LANG": "C.UTF-8", "TMPDIR": str(self.at("private") / unit.name)}
        lines = unit.all("Environment")
        for file in unit.all("EnvironmentFile"):
            path = self.at(file.removeprefix("-"))
            if path.exists() or not file.startswith("-"):
                lines += self._lines_of(path)
        for line in lines:
            name, _, value = line.partition("=")
            found[name] = self.moved(value.replace("%d", str(self.at("run") / unit.name)))
        return found

    @staticmethod
    def _lines_of(path: Path) -> Iterator[str]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                yield f"{name}={value.strip(chr(39))}"

    def command(self, unit: Unit) -> list[str]:
        """Make the unit's directories and credentials, and return its ExecStart= to be run."""
        user = number(unit.one("User", "root"))
        temporary = self.at("private") / unit.name
        writable = [temporary]
        temporary.mkdir(exist_ok=True)
        for name in unit.all("StateDirectory"):
            writable.append(self.at(f"var/lib/{name}"))
            writable[-1].mkdir(exist_ok=True)
            writable[-1].chmod(int(unit.one("StateDirectoryMode"), 8))
        others = [self.at(each.removeprefix("-")) for each in unit.all("ReadWritePaths")]
        credentials = self.at("run") / unit.name
        credentials.mkdir(exist_ok=True)
        for line in unit.all("LoadCredential"):
            name, _, path = line.partition(":")
            (credentials / name).unlink(missing_ok=True)
            shutil.copy(self.at(path), credentials / name)
            (credentials / name).chmod(0o400)
        words = shlex.split(self.moved(unit.one("ExecStart")))
        given = [f"{name}={value}" for name, value in self.environment(unit).items()]
        if not isolates():
            return ["env", "-i", "-C", "/", *given, *words]
        for given_to in (*writable, credentials, *credentials.iterdir()):
            os.chown(given_to, user, user)
        credentials.chmod(0o500)
        # Of several groups the process has its user's own first, and «sanban» by sysusers.
        groups = f"--groups={number('sanban')}"
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", groups]
        drops = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        limits = [] if unit.one("User", "root") == "root" else [*as_user, *drops, "--"]
        script = {
            "MACHINE": str(self.directory),
            "WRITES": " ".join(map(str, (*writable, *others))),
            "MASK": unit.one("UMask", "0022"),
            "KEPT": str(self.at("kept")),
            "PYTHON": os.path.realpath(sys.base_prefix),
            "PRIVATE": private_parent(),
        }
        told = [f"{name}={value}" for name, value in script.items()]
        inside = ["unshare", "--mount", "sh", "-c", SYSTEM, "sh", "-C", "/", *given]
        return ["env", *told, *inside, *limits, *words]

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run a unit that ends, as `systemctl start` does."""
        return subprocess.run(
            self.command(Unit(name)), check=False, capture_output=True, text=True, timeout=COMMAND_S
        )


class UnitProcess(ChildServer):
    """A unit that runs; ready when its /readyz says so."""

    title = "a unit"

    def __init__(self, machine: Machine, name: str, port: int) -> None:
        self.port, self._machine, self.unit = port, machine, Unit(name)
        super().__init__(machine.at("run") / f"{name}.log", ports=[port])

    @override
    def command(self) -> list[str]:
        return self._machine.command(self.unit)

    @override
    async def ready(self) -> bool:
        await asyncio.sleep(0.1)
        status, _ = await self.ask("/readyz")
        return status == 200

    async def ask(self, path: str) -> tuple[int, str]:
        return await asyncio.to_thread(_get, f"http://127.0.0.1:{self.port}{path}")


@cache
def isolates() -> bool:
    """Return whether a process may get another user and a system that it cannot change."""
    tried = ["unshare", "--mount", "mount", "-o", "remount,bind,ro", "/"]
    return os.geteuid() == 0 and subprocess.run(tried, check=False).returncode == 0


@cache
def users() -> Mapping[str, int]:
    """Return a number for each user and group that sanban.sysusers.conf makes."""
    text = (SYSTEMD / "sanban.sysusers.conf").read_text(encoding="utf-8")
    names = re.findall(r"^[ug] (\S+)", text, re.MULTILINE)
    return {name: FIRST_USER + place for place, name in enumerate(names)}


def number(user: str) -> int:
    return users()[user] if user in users() else pwd.getpwnam(user).pw_uid


def private_parent() -> str:
    """Return the directory above the tests' Python that other users may not enter; "" if none."""
    parents = reversed(Path(os.path.realpath(sys.base_prefix)).parents)
    return next((str(each) for each in parents if not each.stat().st_mode & 0o001), "")
