"""docs/COMMANDS.md: the command `sanban`, and the codes that it and the engine answer with."""

import dataclasses
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import typer

from domain.case.refusals import Refusal
from runtime.cli.act_arguments import KINDS
from runtime.cli.main import app_of
from schemas.intake import Outcome, RejectReason, Wait
from tools.pages.markdown import code, codes, page, table
from tools.pages.source import MissingDescription, comments_of

INTRODUCTION = """
This is what `sanban COMMAND --help` prints; in a checkout, the program is `.venv/bin/sanban`. A
command that fails says what is wrong and what to do, and ends with an exit code other than 0.
Settings: [SETTINGS.md](SETTINGS.md).
"""
ACTS = """
## Acts

These are the kinds and names of `sanban cases act NUMBER KIND NAME=VALUE ...`. `evidence=FILE` may
be given several times; `evidence=FILE@2026-11-30T08:00:00+08:00` also says when a picture was
taken: one from before a unit got the case does not show its work. A file proves one act of a case:
a task, a result, an inspection, a meeting, a paper, or the answer to a check, a letter or an urge.
It may be attached again, but does not count again; and what was attached to `progress` or a
request, put in a folder, or showed it `before` the work, shows no end of it. What was evidence in
another case is shown by a row `seen before`; `evidence_elsewhere` in policy.yaml says if it counts.
[PERMISSIONS.md](PERMISSIONS.md) says which roles may do what, and when.
"""
REFUSALS = """
## Why an act is refused

The refusal has a code, for programs, and a sentence, for people; both are journaled. One code is
none of the rules, and no row: `CommandIdReused`, for an id (`--id`) with which the case was given
another kind of act before; give each act an id of its own.
"""
OUTCOMES = """
## How a record ends

Every record on sanban.complaints and on sanban.case-commands ends in exactly one of these outcomes.
[INTEGRATORS.md](INTEGRATORS.md) says what a publisher does about each.
"""
REASONS = """
## Why a record is a dead letter

The header `sanban-reason` has the code, `sanban-detail` the place and what to do.
"""
WAITS = """
## What a parked record waits for

The ledger and the receipt have the code. When the time limit is over, the record is rejected.
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, with its full name."""
    yield from _below("sanban", typer.main.get_command(app_of(())))


def commands_page() -> str:
    parts = [part for name, command in commands() for part in _command(name, command)]
    acts = [(code(kind), codes(_fields(kind))) for kind in KINDS]
    return page(
        "Commands",
        "runtime/cli, domain/case/commands.py, domain/case/refusals.py and schemas/intake.py",
        INTRODUCTION,
        *parts,
        ACTS,
        table(("kind", "fields"), acts),
        REFUSALS,
        _meanings(Refusal),
        OUTCOMES,
        _meanings(Outcome),
        REASONS,
        _meanings(RejectReason),
        WAITS,
        _meanings(Wait),
    )


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
    else:
        if command.invoke_without_command:  # it does something by itself as well
            yield name, command
        for word, each in inner.items():
            yield from _below(f"{name} {word}", each)


def _command(name: str, command: Any) -> Iterator[str]:
    if not command.help:
        raise MissingDescription(f"{name}: give its function a docstring")
    words = [_word(each) for each in command.params if _is_argument(each)]
    yield f"## {' '.join((name, *words))}"
    yield command.help
    shown = [each for each in command.params if not each.hidden]
    if shown:
        rows = [(code(_word(each)), _values(each), _said(name, each)) for each in shown]
        yield table(("argument or option", "values", "meaning"), rows)


def _is_argument(parameter: Any) -> bool:
    return not parameter.opts[0].startswith("-")


def _word(parameter: Any) -> str:
    if not _is_argument(parameter):
        return str(parameter.opts[0])
    word = parameter.name.upper()
    return f"{word} ..." if parameter.nargs < 0 else word


def _values(parameter: Any) -> str:
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return codes(kind)
    return "" if parameter.default in (None, "", False) else f"default {parameter.default}"


def _said(name: str, parameter: Any) -> str:
    if not parameter.help:
        raise MissingDescription(f"{name} {_word(parameter)}: give it a help text")
    return str(parameter.help)


def _fields(kind: str) -> list[str]:
    return [field.name for field in dataclasses.fields(KINDS[kind]) if field.name != "kind"]


def _meanings(words: type[StrEnum]) -> str:
    return table(
        ("code", "meaning"), ((code(word), said) for word, said in comments_of(words).items())
    )
