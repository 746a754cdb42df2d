"""`sanban archive`: move cases that are over to archive tables."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from runtime.cli.commands.read_session import read_session
from runtime.cli.output import progress, say, say_json
from runtime.cli.typed_numbers import whole
from runtime.clock import utc_now
from runtime.settings import load
from store.cases.archive import PostgresArchive


def archive(
    days: Annotated[
        int | None,
        typer.Option(
            parser=whole(0, 99_999),
            help="Days since a case was closed, at least; default SANBAN_ARCHIVE_DAYS.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
    """Move cases that are over to archive tables. `list --all` and `show` still find them.

    It can run beside all services, can be stopped at any time and run again. Once a day is enough.
    """
    settings = load()
    before = utc_now() - timedelta(days=settings.archive_days if days is None else days)

    async def run() -> int:
        total = 0
        async with read_session(settings) as session:
            with progress("archiving cases", None) as shown:
                while moved := await PostgresArchive(session.services).move(before):
                    total += moved
                    shown(total)
        return total

    total = asyncio.run(run())
    if as_json:
        say_json({"archived": total, "closed_before": before.isoformat()})
    else:
        say(f"{total} cases archived")
