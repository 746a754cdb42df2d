"""`python -m tests [--jobs N] [options of pytest]`: run the whole suite, its folders side by side.

Most tests wait for servers, so there is one process more than there are cores. Each has
servers, directories and ports of its own. The first lines name the folders in the order in which
they begin. What a folder says is printed in one piece when it ends, and can be followed in
.cache/tests until then. The last lines name the tests that failed, then the folders.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typing_extensions import override

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
LOGS = ROOT / ".cache/tests"
# What takes longest begins first, or the suite would wait for it alone; the others follow by name.
FIRST = (
    "integration/promises",
    "browser",
    "integration",
    "integration/promises/durability",
    "smoke",
    "unit",
    "contract",
    "deploy",
    "workflow",
)
MEMORY = Path("/dev/shm")  # noqa: S108 - that is what it is for
ENOUGH = 8 << 30
MOST = 4  # more would only make the tests wait for each other


@dataclass(frozen=True)
class Part:
    """The test files of one folder, without those of its subfolders."""

    name: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Ended:
    """How a folder ended: pytest's exit status, its last line, and its lines about failures."""

    name: str
    status: int
    summary: str
    failures: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.status == pytest.ExitCode.OK

    @override
    def __str__(self) -> str:
        word = "passed" if self.passed else "FAILED"
        return f"{word}  {self.name:<22}{self.summary}"


def parts(tests: Path = TESTS) -> list[Part]:
    """Return every folder with test files in it, in the order in which they begin."""
    folders = {path.parent for path in tests.rglob("test_*.py")}
    found = {folder.relative_to(tests).as_posix(): folder for folder in folders}
    first = [name for name in FIRST if name in found]
    return [
        Part(name, tuple(sorted(found[name].glob("test_*.py"))))
        for name in [*first, *sorted(found.keys() - FIRST)]
    ]


class Suite:
    """Run all folders of `tests`, `jobs` of them at a time; one that fails stops no other."""

    def __init__(self, tests: Path, logs: Path, jobs: int, options: Sequence[str] = ()) -> None:
        self.waiting = parts(tests)
        self.ended: list[Ended] = []
        self._logs = logs
        self._jobs = jobs
        self._options = options
        self._running: set[asyncio.subprocess.Process] = set()
        self._stopping = False

    async def run(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        names = ", ".join(part.name for part in self.waiting)
        say(f"{len(self.waiting)} folders of tests, {self._jobs} at a time: {names}")
        say(f"Their logs: {self._logs}")
        await asyncio.gather(*(self._take(number) for number in range(self._jobs)))

    def stop(self) -> None:
        """Begin no more folders, and interrupt those that run: they end their servers."""
        self._stopping = True
        for process in self._running:
            process.send_signal(signal.SIGINT)

    async def _take(self, number: int) -> None:
        while self.waiting and not self._stopping:
            part = self.waiting.pop(0)
            say(f"tests/{part.name} begins")
            self.ended.append(await self._run(part, f"{number}/{self._jobs}"))

    async def _run(self, part: Part, share: str) -> Ended:
        """Run one folder. `share` says which of the free ports are its own (tests/conftest.py)."""
        path = self._logs / f"{part.name.replace('/', '-')}.log"
        with path.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *_interrupted_when_we_die(),
                *(sys.executable, "-m", "pytest", *self._options, *map(str, part.files)),
                cwd=ROOT,
                # With BUILD_NUMBER, pytest does not cut its lines about failures at 80 characters.
                env={"BUILD_NUMBER": "0", **os.environ, "TEST_PORTS": share},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us alone, and pytest once
            )
        self._running.add(process)
        if self._stopping:  # while it began
            self.stop()
        status = await process.wait()
        self._running.remove(process)
        text = path.read_text(errors="replace").rstrip()
        say(f"\n======== tests/{part.name}\n{text}")
        lines = text.splitlines() or [""]
        failures = tuple(line for line in lines if line.startswith(("FAILED ", "ERROR ")))
        return Ended(part.name, status, lines[-1].strip(" ="), failures)

    @property
    def passed(self) -> bool:
        return not self.waiting and all(each.passed for each in self.ended)

    @override
    def __str__(self) -> str:
        """Return a line for each folder and each failed test; the last names what did not pass."""
        lines = [*map(str, self.ended), *(f"not run {part.name}" for part in self.waiting)]
        lines += [line for each in self.ended for line in each.failures]
        failed = [f"tests/{each.name}" for each in self.ended if not each.passed]
        failed += [f"tests/{part.name} (not run)" for part in self.waiting]
        return "\n".join([*lines, f"FAILED: {', '.join(failed)}" if failed else "All passed"])


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 1 when a folder failed, had no test to run or was not begun."""
    parser = argparse.ArgumentParser("python -m tests", allow_abbrev=False)
    parser.add_argument("--jobs", type=int, default=min(MOST, (os.cpu_count() or 1) + 1))
    chosen, options = parser.parse_known_args(arguments)
    begun = time.monotonic()
    suite = Suite(TESTS, LOGS, max(1, chosen.jobs), options)
    with _fast_directory():
        asyncio.run(_until_told_to_stop(suite))
    say(f"\n======== The suite\n{suite}, in {time.monotonic() - begun:.0f} s.")
    return 0 if suite.passed else 1


async def _until_told_to_stop(suite: Suite) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, suite.stop)
    await suite.run()


@contextmanager
def _fast_directory() -> Iterator[None]:
    """Let tests and their servers write to memory, if there is enough and TMPDIR is not set.

    A database is a thousand small files and each test has one of its own; making them on a disk
    takes twenty times as long.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        yield
    else:
        with tempfile.TemporaryDirectory(prefix="tests-", dir=MEMORY) as name:
            Path(name).chmod(0o711)  # for servers that run as another user
            os.environ["TMPDIR"] = name
            yield


def _interrupted_when_we_die() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [] if setpriv is None else [setpriv, "--pdeathsig", "INT", "--"]


if __name__ == "__main__":
    sys.exit(main())
