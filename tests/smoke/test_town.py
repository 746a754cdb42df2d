"""docs/TOWN.md, typed by a shell in the towns that the page makes, which `sanban up` runs."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.limits import LOAD_S, SERVER_S
from tests.smoke.commands import Typed, typed
from tests.smoke.conftest import UpProcess
from tests.smoke.scenarios import Scenario, missing, scenarios_of

ROOT = Path(__file__).parents[2]
SETUP, *SCENARIOS = scenarios_of((ROOT / "docs" / "TOWN.md").read_text(encoding="utf-8"))
TOWNS, ABBREVIATIONS = SETUP.steps

AT_A_TIME = 4
_BETWEEN = "--- between two steps ---"
# `sanban` of the shell asks the test, whose processes have the program imported already.
_SANBAN = """#!{python} -SsE
import json, os, socket, sys
asked = socket.socket(socket.AF_UNIX)
asked.connect({address!r})
piped = "" if sys.stdin.isatty() else sys.stdin.read()
asked.sendall(json.dumps([sys.argv[1:], os.getcwd(), piped]).encode())
asked.shutdown(socket.SHUT_WR)
with asked.makefile(encoding="utf-8") as answer:
    code, output, complaint = json.load(answer)
sys.stdout.buffer.write(output.encode())
sys.stderr.buffer.write(complaint.encode())
raise SystemExit(code)
"""


@dataclass
class Terminal:
    """A shell in a directory of its own, in which `sanban` is on the path."""

    directory: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return str(self.directory / "socket")

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        words, directory, piped = json.loads(await reader.read())
        told = await typed(Typed(tuple(words), self.settings, directory, piped))
        answer = [1 if told.code is None else told.code, told.output, told.complaint]
        writer.write(json.dumps(answer).encode())
        await writer.drain()
        writer.close()

    async def run(self, script: str) -> str:
        """Return all that a script prints, also what it complains of."""
        environment = {
            "PATH": f"{self.directory / 'bin'}:/usr/bin:/bin",
            "CHECKOUT": str(ROOT),
            "LC_ALL": "C.UTF-8",
        }
        shell = await asyncio.create_subprocess_exec(
            *("bash", "-uc", script),
            cwd=self.directory,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(shell.communicate(), LOAD_S)
        finally:
            if shell.returncode is None:
                shell.kill()
        return output.decode()


@pytest.fixture(scope="module")
async def terminal(servers_directory: Path) -> AsyncIterator[Terminal]:
    directory = servers_directory / "town"
    (directory / "bin").mkdir(parents=True)
    terminal = Terminal(directory)
    command = directory / "bin" / "sanban"
    command.write_text(_SANBAN.format(python=sys.executable, address=terminal.address))
    command.chmod(0o755)
    async with await asyncio.start_unix_server(terminal.answer, terminal.address):
        printed = await terminal.run(TOWNS.commands)
        assert missing(TOWNS.printed, printed) is None, printed
        packs = json.dumps([str(directory / name) for name in ("town", "quick")])
        up = UpProcess(directory / "up", {"SANBAN_PACKS": packs})
        terminal.settings |= {"SANBAN_PACKS": packs, "SANBAN_HOME": str(up.home)}
        try:
            await up.start()
            yield terminal
        finally:
            await up.stop(grace_s=SERVER_S)


@pytest.fixture(scope="module")
async def outputs(
    terminal: Terminal, request: pytest.FixtureRequest
) -> AsyncIterator[dict[str, asyncio.Task[str]]]:
    """Return what each chosen scenario prints. Several are typed at a time: some only wait."""
    hands = asyncio.Semaphore(AT_A_TIME)

    async def typed_out(scenario: Scenario) -> str:
        steps = f"\necho '{_BETWEEN}'\n".join(step.commands for step in scenario.steps)
        async with hands:
            return await terminal.run(f"{ABBREVIATIONS.commands}\n{steps}")

    chosen = [
        scenario
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
        if isinstance(scenario := item.callspec.params["scenario"], Scenario)
    ]
    tasks = {each.title: asyncio.create_task(typed_out(each)) for each in chosen}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
async def test_what_the_page_shows_is_printed(
    outputs: dict[str, asyncio.Task[str]], scenario: Scenario
) -> None:
    printed = await outputs[scenario.title]

    for step, output in zip(scenario.steps, printed.split(_BETWEEN), strict=True):
        assert missing(step.printed, output) is None, printed
