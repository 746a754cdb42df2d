"""Run `sanban` as a person types it, in a process of its own."""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from runtime.cli.main import COMMANDS
from tests.limits import COMMAND_S

# Every process is forked from one that has imported the program already: that is most of the time
# that a command takes.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "runtime.services.registry",
        *(f"runtime.cli.commands.{place.partition(':')[0]}" for place in COMMANDS.values()),
    ]
)


@dataclass(frozen=True)
class Told:
    """How it ended and what it said."""

    code: int | None
    output: str
    complaint: str


async def sanban(*words: str, **settings: str) -> Told:
    """Run a command; its environment has only `settings` and what a program needs to run."""
    return await sanban_within(COMMAND_S, *words, **settings)


async def sanban_within(seconds: float, *words: str, **settings: str) -> Told:
    """Run a command that may take so long."""
    return await typed(Typed(words, settings), seconds)


@dataclass(frozen=True)
class Typed:
    """What is typed, and where: in a directory, with what a pipe brings."""

    words: tuple[str, ...]
    settings: Mapping[str, str]
    directory: str = "."
    piped: str = ""


async def typed(command: Typed, seconds: float = COMMAND_S) -> Told:
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **command.settings}
    with TemporaryDirectory() as directory:
        said = (Path(directory, "output"), Path(directory, "complaint"))
        piped = Path(directory, "piped")
        piped.write_text(command.piped, encoding="utf-8")
        streams = (piped, *said)
        process = _FORKS.Process(target=_type, args=(command, environment, *streams), daemon=True)
        process.start()
        try:
            await asyncio.to_thread(process.join, seconds)
        finally:
            process.kill()
            process.join()
        return Told(process.exitcode, *(each.read_text() for each in said))


def _type(
    command: Typed, environment: Mapping[str, str], piped: Path, output: Path, complaint: Path
) -> None:
    from runtime.cli.main import main  # noqa: PLC0415 - for the program's own process only

    os.chdir(command.directory)
    os.dup2(os.open(piped, os.O_RDONLY), 0)
    for path, stream in ((output, sys.stdout), (complaint, sys.stderr)):
        os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY), stream.fileno())
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["sanban", *command.words]
    main()
