"""What a command does not use it does not import: each import costs at every start of a process."""

import subprocess
import sys

import pytest

from runtime.cli.main import COMMANDS, app_of
from tests.__main__ import ROOT
from tests.limits import COMMAND_S

PROGRAM = """
import importlib, sys
import runtime.cli.main
importlib.import_module(sys.argv[1])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
SERVICES = "runtime.services"
COMMANDS_BELOW = "runtime.cli.commands"


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        (f"{SERVICES}.relay.service", {"temporalio", "apprise", "yaml"}),
        (f"{SERVICES}.checkpoints.service", {"temporalio", "apprise", "yaml"}),
        (f"{SERVICES}.gateway.service", {"temporalio", "apprise"}),
        (f"{SERVICES}.notifier.service", {"kafka"}),
        (f"{SERVICES}.worker", {"kafka", "apprise"}),
        (f"{SERVICES}.intake", {"apprise"}),
        (f"{COMMANDS_BELOW}.cases.cases", {"temporalio", "kafka", "apprise", "uvicorn"}),
        (f"{COMMANDS_BELOW}.policy.packs", {"temporalio", "kafka", "apprise", "uvicorn"}),
        (f"{COMMANDS_BELOW}.services.serve", {"temporalio", "kafka", "apprise", "uvicorn"}),
    ],
)
def test_what_it_has_no_use_for_is_not_imported(module: str, unused: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, module],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
    )

    assert unused & set(done.stdout.split()) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_alone_is_the_one_of_the_whole_program(name: str) -> None:
    def names(arguments: tuple[str, ...]) -> list[str | None]:
        app = app_of(arguments)
        commands = [each.name or each.callback.__name__ for each in app.registered_commands]  # type: ignore[union-attr]
        return [word.replace("_", "-") for word in commands] + [
            each.name for each in app.registered_groups
        ]

    assert names((name, "--help")) == [name]
    assert name in names(())
