"""`sanban audit checkpoint`: sign checkpoints of the journal, and manage the signing keys."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.commands.read_session import read_session
from runtime.cli.output import say, say_lines
from runtime.problems import Problem
from runtime.services.checkpoints.keys import make_key, read_key, signing_of
from runtime.services.checkpoints.once import rotate_key, take_once
from runtime.services.checkpoints.service import CheckpointService
from runtime.services.serving import run_alone
from runtime.settings import load
from schemas.intake import Unavailable
from store.journal.checkpoints import PostgresCheckpoints

app = typer.Typer()

NONE_YET = 1
"""Exit code of `show` if there is no checkpoint."""


@app.callback(invoke_without_command=True)
def checkpoint(context: typer.Context) -> None:
    """Take a checkpoint now if there are rows that none covers, and print where it is.

    It is stored in the database, written to SANBAN_CHECKPOINT_DIR, and published if
    SANBAN_KAFKA_BOOTSTRAP is set. Exit code 2: a part does not answer, or database, files and topic
    contradict each other; then nothing is signed.
    """
    if context.invoked_subcommand is not None:  # `run`, `show` and the others do their own work
        return
    settings = load()
    signing = signing_of(settings)
    settings.need("checkpoint_dir")

    async def once() -> None:
        async with read_session(settings) as session:
            taken = await take_once(settings, session.database, signing)
        kept = taken.kept
        if kept is None:
            say("the journal has no rows yet")
            return
        say(f"{'new' if taken.new else 'nothing new since'}  {kept.at.isoformat()}")
        say(f"rows  {kept.size}", f"root  {kept.root.hex()}", f"file  {taken.path}")
        if taken.unpublished:
            raise Problem(f"not published: {taken.unpublished}", do="run this again later")

    try:
        asyncio.run(once())
    except Unavailable as error:
        raise Problem(str(error), do="run this again once it is there") from error


@app.command()
def run() -> None:
    """Take a checkpoint every SANBAN_CHECKPOINT_SECONDS. If several run, one works, others wait."""
    run_alone(CheckpointService)


@app.command()
def show() -> None:
    """Print the database's last checkpoint as a signed note. Exit code 1: there is none.

    It proves something only if its signature fits a public key from another place.
    """

    async def latest() -> str | None:
        async with read_session(load()) as session:
            kept = await PostgresCheckpoints(session.database).latest()
        return kept.note if kept else None

    note = asyncio.run(latest())
    if note is None:
        say("there is no checkpoint yet", err=True)
        raise typer.Exit(NONE_YET)
    say_lines(note)


@app.command()
def keygen(
    file: Annotated[Path, typer.Argument(help="The new file for the private key.")],
    name: Annotated[
        str,
        typer.Option(
            help="Name of the journal that it signs: an address of your own, like t.example/log."
        ),
    ],
) -> None:
    """Make a key: write the private key into a file for the service, print the public key."""
    say(str(make_key(file, name).public))


@app.command()
def key(
    file: Annotated[
        Path | None, typer.Argument(help="A private key; default SANBAN_CHECKPOINT_KEY.")
    ] = None,
) -> None:
    """Print the public key that belongs to a private key."""
    path = file or Path(load().need("checkpoint_key"))
    say(str(read_key(path, "SANBAN_CHECKPOINT_KEY").public))


@app.command()
def rotate(
    old_key_lost: Annotated[
        bool,
        typer.Option(
            "--old-key-lost", help="Sign with the new key alone: verifiers must trust it."
        ),
    ] = False,
    new_name: Annotated[
        bool,
        typer.Option(
            "--new-name",
            help="Continue under another name, after the journal was restored from a backup.",
        ),
    ] = False,
) -> None:
    """Replace SANBAN_CHECKPOINT_OLD_KEY by SANBAN_CHECKPOINT_KEY, with a note that both sign.

    A checkpoint service does this by itself at its start, but never what the options allow.
    """
    settings = load()
    signing = replace(signing_of(settings, new_name=new_name), old_lost=old_key_lost)
    settings.need("checkpoint_dir")

    async def once() -> None:
        async with read_session(settings) as session:
            await rotate_key(settings, session.database, signing)

    try:
        asyncio.run(once())
    except Unavailable as error:
        raise Problem(str(error), do="run this again once it is there") from error
    say(f"from now on this key signs: {signing.key.public}")
