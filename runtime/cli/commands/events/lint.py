"""`sanban lint`: check a file of events as intake would, before it is sent."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from runtime.cli.output import counted, say, say_json
from runtime.clock import utc_now
from runtime.jobs.lint.linter import Linter, Mistake
from runtime.jobs.publish import pieces_of
from runtime.settings import load
from runtime.wiring.packs import load_all
from schemas.events.inbound import InboundTopic


def lint(
    file: Annotated[
        Path,
        typer.Argument(
            help="One JSON CloudEvent per line, or one document; - reads standard input."
        ),
    ],
    *,
    topic: Annotated[
        InboundTopic,
        typer.Option(help="The topic of the events: complaints, or commands on cases."),
    ] = InboundTopic.COMPLAINTS,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
    """Find every mistake in events before they are sent: line, field, reason, and what to do.

    It needs no server. It checks as intake does, by the policy packs in SANBAN_PACKS: a source that
    a town does not list is a mistake, too. Exit code 0: intake would accept all events; else 1.
    A remark is about an event that intake takes: a person has to sort it because of its grid, or
    the town does not list its category.
    The output repeats nothing of an event but the names of its fields.
    """
    settings = load()
    linter = Linter(load_all(settings), topic, utc_now(), settings.max_event_bytes)
    pieces = pieces_of(file)
    found = [linter.mistakes(number, value) for number, value in pieces]
    told = [mistake for each in found for mistake in each]
    mistakes = [each for each in told if each.reason is not None]
    if as_json:
        remarks = [each for each in told if each.reason is None]
        say_json(_document(str(file), len(pieces), mistakes, remarks))
    else:
        for mistake in told:
            say(_line(str(file), mistake))
        wrong = sum(any(one.reason is not None for one in each) for each in found)
        say(_sum(len(pieces), wrong, len(mistakes)))
    raise typer.Exit(1 if mistakes else 0)


def _line(file: str, mistake: Mistake) -> str:
    parts = (f"{file}:{mistake.line}", mistake.path, mistake.reason or "remark", mistake.problem)
    return ": ".join(part for part in parts if part)


def _sum(events: int, wrong: int, mistakes: int) -> str:
    said = counted(events, "event")
    if not mistakes:
        return f"{said}, no mistakes"
    return f"{said}, {wrong} with {'a mistake' if mistakes == 1 else f'{mistakes} mistakes'}"


def _document(
    file: str, events: int, mistakes: Sequence[Mistake], remarks: Sequence[Mistake]
) -> dict[str, Any]:
    return {
        "events": events,
        "mistakes": [_listed(file, each) for each in mistakes],
        "remarks": [_listed(file, each) for each in remarks],
    }


def _listed(file: str, mistake: Mistake) -> dict[str, Any]:
    return {
        "file": file,
        "line": mistake.line,
        "path": mistake.path,
        "reason": mistake.reason,
        "problem": mistake.problem,
    }
