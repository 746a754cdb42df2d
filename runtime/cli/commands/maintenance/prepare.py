"""`sanban prepare`: make what Sanban needs of PostgreSQL, Kafka and Temporal."""

import asyncio
from typing import Annotated

import typer

from runtime.cli.output import say_json
from runtime.cli.views.diagnoses import as_json, print_diagnoses
from runtime.preflight.diagnosis import is_faulty
from runtime.preflight.prepare import Preparation
from runtime.problems import Problem
from runtime.settings import load

NOT_READY = 1
"""Exit code: something is missing, or is not as it must be."""


def prepare(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say what is missing or differs.")
    ] = False,
    create: Annotated[
        bool,
        typer.Option("--create", help="Make what is missing. What is there stays as it is."),
    ] = False,
    as_text: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Prepare the servers: roles, topics with their settings, namespace, search attributes.

    Roles need SANBAN_DATABASE_OWNER_URL; without it a line says that they were not looked at, and
    `sanban migrate` makes them. Repeating it is safe. Exit code 0: all is as it must be; 1:
    something is missing or differs.
    """
    if check == create:
        raise Problem("say what to do", do="choose one of --check and --create")
    found = asyncio.run(Preparation(load(), create=create).run())
    if as_text:
        say_json(as_json(found))
    else:
        print_diagnoses(found)
    if is_faulty(found):
        raise typer.Exit(NOT_READY)
