"""`sanban doctor`: say what is wrong with a production, and what to do about it."""

import asyncio
from typing import Annotated

import typer

from runtime.cli.output import say_json
from runtime.cli.views.diagnoses import as_json, print_diagnoses
from runtime.clock import utc_now
from runtime.preflight.diagnosis import Diagnosis, faults_of, is_faulty
from runtime.preflight.doctor import examine
from runtime.problems import Problem
from runtime.processes import NAMES, processes_named
from runtime.settings import load

FAULTY = 1
"""Exit code: something is wrong."""


def doctor(
    process: Annotated[
        list[str] | None,
        typer.Argument(
            help=f"Only what these processes need, with their settings: {', '.join(NAMES)}.",
            show_default=False,
        ),
    ] = None,
    as_text: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Look at settings, files, keys, PostgreSQL, Kafka and Temporal, and change nothing.

    Each line says what was looked at, what was found, what is wanted, and what to do. For one
    process it also looks at what Kafka lets this user do. Exit code 0: no fault; 1: a fault.
    """
    named = process or []
    if unknown := [name for name in named if name not in NAMES]:
        raise Problem(f"no process {unknown[0]}", do=f"choose from: {', '.join(NAMES)}")
    found = _found(named)
    if as_text:
        say_json(as_json(found))
    else:
        print_diagnoses(found)
    if is_faulty(found):
        raise typer.Exit(FAULTY)


def _found(named: list[str]) -> list[Diagnosis]:
    try:
        settings = load()
    except Problem as problem:
        return faults_of("settings", problem)
    return asyncio.run(examine(settings, utc_now, processes_named(named)))
