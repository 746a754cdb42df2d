"""CONTRIBUTING, «A new background process»: no service lacks one of the places listed there."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

from runtime import services
from runtime.services.base import Service
from runtime.services.registry import SERVICES
from tests.chaos.stand import OURS
from tools.pages.commands import commands

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs" / "RUNBOOK.md").read_text(encoding="utf-8")
LISTED = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NOT_KILLED = {"sanban gateway", "sanban console"}
"""Keep nothing that could be lost; tests/integration/promises/test_gateway.py ends one at work."""


def started_by() -> dict[str, str]:
    """Service -> the words that start it: each function of a command that runs one alone."""
    found = {}
    for file in (ROOT / "runtime" / "cli").rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    match call:
                        case ast.Call(ast.Name("run_alone"), [ast.Name(service)]):
                            found[service] = function.name
    return found


COMMANDS = {
    service: f"sanban {'audit checkpoint run' if word == 'run' else word}"
    for service, word in started_by().items()
}


def test_every_service_is_run_by_up() -> None:
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        importlib.import_module(module.name)
    written = {each for each in Service.__subclasses__() if not inspect.isabstract(each)}

    assert written == set(SERVICES)


def test_every_service_has_a_name_of_its_own() -> None:
    assert len({service.name for service in SERVICES}) == len(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_command(service: type[Service]) -> None:
    # These two are also groups of commands.
    known = {name for name, _ in commands()} | {"sanban intake", "sanban console"}

    assert COMMANDS.get(service.__name__) in known


@pytest.mark.parametrize("service", SERVICES)
def test_the_runbook_says_how_to_start_every_service(service: type[Service]) -> None:
    section = RUNBOOK.partition("## Starting in production")[2].partition("\n## ")[0]

    assert f"`{COMMANDS[service.__name__]}`" in section


@pytest.mark.parametrize("service", SERVICES)
def test_the_runbook_says_what_every_check_means(service: type[Service]) -> None:
    section = RUNBOOK.partition("## `/readyz` says ...")[2].partition("\n## ")[0]
    said = ast.parse(inspect.getsource(service.checks).strip().removeprefix("@override").strip())
    keys = [key for each in ast.walk(said) if isinstance(each, ast.Dict) for key in each.keys]
    names = [str(key.value) for key in keys if isinstance(key, ast.Constant)]

    assert [name for name in names if f"`{name}" not in section] == []


def test_every_service_is_killed_by_chaos() -> None:
    assert {process.title for process in OURS.values()} | NOT_KILLED == set(COMMANDS.values())


@pytest.mark.parametrize(
    "place",
    [
        "runtime/services/",
        "runtime/processes.py",
        "runtime/cli/commands/services/serve.py",
        "runtime/metrics.py",
        "tests/chaos/stand.py",
        "tests/architecture/test_services.py",
    ],
)
def test_the_places_that_the_list_names_exist(place: str) -> None:
    section = LISTED.partition("## A new background process")[2].partition("\n## ")[0]

    assert f"`{place}`" in section
    assert (ROOT / place).exists()
