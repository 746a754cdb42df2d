"""`sanban audit checkpoint`: signed checkpoints of the journal, and the keys that sign them."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from runtime import logs
from runtime.cli.commands.read_session import read_session
from runtime.problems import Problem
from runtime.services.checkpoints.checkpointer import serve_checkpoints
from runtime.services.checkpoints.keys import make, read, signing_of
from runtime.services.checkpoints.once import rotate_key, take_once
from runtime.settings import load
from runtime.wiring.process import run as run_process
from schemas.intake import Unavailable
from store.journal.checkpoints import PostgresCheckpoints

app = typer.Typer(help="Sign the audit journal.")

NONE_YET = 1
"""Exit code of `show` where there is no checkpoint."""


@app.callback(invoke_without_command=True)
def checkpoint(context: typer.Context) -> None:
    """Take a checkpoint now, where there are rows that none covers, and say where it is.

    Store it, write it to SANBAN_CHECKPOINT_DIR, and publish it where SANBAN_KAFKA_BOOTSTRAP is set.
    Leaves with 2 when a part is away, or when what is kept contradicts itself: nothing is signed
    then.
    """
    if context.invoked_subcommand is not None:
        return
    settings = load()
    signing = signing_of(settings)
    settings.need("checkpoint_dir")

    async def once() -> None:
        async with read_session(settings) as session:
            taken = await take_once(settings, session.database, signing)
        kept = taken.kept
        if kept is None:
            typer.echo("the journal has no rows yet")
            return
        typer.echo(f"{'new' if taken.new else 'nothing new since'}  {kept.at.isoformat()}")
        typer.echo(f"rows  {kept.size}\nroot  {kept.root.hex()}\nfile  {taken.path}")
        if taken.unpublished:
            raise Problem(f"not published: {taken.unpublished}", do="run this again later")

    try:
        asyncio.run(once())
    except Unavailable as error:
        raise Problem(str(error), do="run this again once it is there") from error


@app.command()
def run() -> None:
    """Take one every SANBAN_CHECKPOINT_SECONDS: of several processes one takes them."""
    settings = load()
    logs.configure("checkpoints", fmt=settings.log_format, level=settings.log_level)

    async def main(stop: asyncio.Event) -> None:
        await serve_checkpoints(settings, stop, lambda line: typer.echo(line, err=True))

    run_process(main)


@app.command()
def show() -> None:
    """The last checkpoint of the database, as a signed note. Leaves with 1 when there is none.

    It is evidence only where its signature fits a public key that came from elsewhere.
    """

    async def latest() -> str | None:
        async with read_session(load()) as session:
            kept = await PostgresCheckpoints(session.database).latest()
        return kept.note if kept else None

    note = asyncio.run(latest())
    if note is None:
        typer.echo("there is no checkpoint yet", err=True)
        raise typer.Exit(NONE_YET)
    typer.echo(note, nl=False)


@app.command()
def keygen(
    file: Annotated[Path, typer.Argument(help="Where the private key is to be; a new file.")],
    name: Annotated[
        str, typer.Option(help="Which journal it signs: an address of your own, as t.example/log.")
    ],
) -> None:
    """Make a key: the private one in a file for the process, the public one here for everybody."""
    typer.echo(make(file, name).public)


@app.command()
def key(
    file: Annotated[
        Path | None, typer.Argument(help="A private key; default SANBAN_CHECKPOINT_KEY.")
    ] = None,
) -> None:
    """The public key that belongs to a private one."""
    path = file or Path(load().need("checkpoint_key"))
    typer.echo(read(path, "SANBAN_CHECKPOINT_KEY").public)


@app.command()
def rotate(
    old_key_lost: Annotated[
        bool,
        typer.Option("--old-key-lost", help="Sign by the new key alone: verifiers must trust it."),
    ] = False,
    new_name: Annotated[
        bool,
        typer.Option(
            "--new-name", help="Go on under another name, after the journal was set back."
        ),
    ] = False,
) -> None:
    """Let SANBAN_CHECKPOINT_KEY take over from SANBAN_CHECKPOINT_OLD_KEY, by a note of both.

    Every process for checkpoints does it by itself when it begins, but not what the options allow.
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
    typer.echo(f"from now on signs {signing.key.public}")
