"""`sanban archive`: what is over, out of the way of what is not."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from runtime.cli.commands.read_session import now, read_session
from runtime.settings import load
from store.cases.archive import PostgresArchive


def archive(
    days: Annotated[
        int | None,
        typer.Option(min=0, help="Closed so many days ago or longer; default SANBAN_ARCHIVE_DAYS."),
    ] = None,
) -> None:
    """Move cases that are over to tables of their own. Lists with --all and `show` still have them.

    May be run beside everything, ended at any moment, and run again: daily is often enough.
    """
    settings = load()
    before = now() - timedelta(days=settings.archive_days if days is None else days)

    async def run() -> int:
        total = 0
        async with read_session(settings) as session:
            while moved := await PostgresArchive(session.services).move(before):
                total += moved
        return total

    typer.echo(f"{asyncio.run(run())} cases archived")
