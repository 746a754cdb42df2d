"""`sanban audit export`: write the journal, or a part of it, into a file that verifies offline."""

import asyncio
from datetime import MAXYEAR, date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Annotated

import typer

from runtime.cli.commands.read_session import read_session
from runtime.cli.local_time import local_time, typed_day
from runtime.cli.output import progress, say
from runtime.cli.typed_numbers import whole
from runtime.jobs import export as exporting
from runtime.problems import Problem
from runtime.settings import load
from schemas.audit.exports import Between, Consistency, Everything, OneChain, OneRow, Scope
from store.journal.exports import PostgresExports


def export(
    file: Annotated[Path, typer.Argument(help="The new file; compressed if its name ends in .gz.")],
    case: Annotated[
        str,
        typer.Option(help="Only this case, by the beginning of its number; or operations/TENANT."),
    ] = "",
    row: Annotated[
        int | None,
        typer.Option(parser=whole(1), help="With --case: only this row, as a proof of inclusion."),
    ] = None,
    first: Annotated[
        date | None,
        typer.Option("--from", parser=typed_day, metavar="DAY", help="Only rows from this day on."),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option(
            "--to", parser=typed_day, metavar="DAY", help="Only rows up to this day, included."
        ),
    ] = None,
    checkpoints: Annotated[
        tuple[int, int] | None,
        typer.Option(
            parser=whole(),
            help="No rows, only the checkpoints of these two sizes, as a proof of consistency.",
        ),
    ] = None,
) -> None:
    """Write the journal, or a part of it, into a file that can be verified without the system.

    The file can hold citizens' data: only its owner may read it (mode 0600). Days are those of this
    machine's time zone (TZ). The command can run beside all services. docs/VERIFY.md says what a
    part proves.
    """
    period = _period(first, last)
    if len([each for each in (case, period, checkpoints) if each]) > 1:
        raise Problem(
            "--case, --from/--to and --checkpoints exclude each other", do="give one of them"
        )
    if row is not None and not case:
        raise Problem("--row needs a case", do="name it with --case")
    settings = load()

    async def scope_in(store: PostgresExports) -> Scope:
        if case:
            chain = await _chain(store, case)
            return OneChain(chain) if row is None else OneRow(chain, row)
        if checkpoints:
            return await _consistency(store, *checkpoints)
        return period or Everything()

    async def run(out: IO[bytes]) -> None:
        async with read_session(settings) as session:
            store = PostgresExports(session.database)
            scope = await scope_in(store)
            with progress("exporting", await store.number()) as moved:
                await exporting.write(session.database, scope, out, moved)

    # The file gets its name only after `run`, so a failed export leaves none behind.
    with exporting.new_file(file) as out:
        asyncio.run(run(out))
    say(f"{file}: {file.stat().st_size:,} bytes")


def _period(first: date | None, last: date | None) -> Scope | None:
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise Problem("a period needs two days", do="give --from and --to")
    if last < first:
        raise Problem(f"--to {last:%Y-%m-%d} is before --from {first:%Y-%m-%d}", do="swap them")
    if last.year == MAXYEAR:
        raise Problem(
            f"--to {last:%Y-%m-%d} is at the end of the calendar", do="give an earlier day"
        )
    ends = last + timedelta(days=1)
    return Between(_midnight("--from", first), _midnight("--to", ends))


def _midnight(option: str, day: date) -> datetime:
    return local_time(option, datetime.combine(day, time()))


async def _chain(store: PostgresExports, beginning: str) -> str:
    found = await store.beginning_with(beginning)
    if not found:
        raise Problem(f"no case in the journal begins with {beginning!r}")
    if len(found) > 1 and found[0] != beginning:
        raise Problem(f"{beginning!r} begins several: {', '.join(found)}", do="give more of it")
    return found[0]


async def _consistency(store: PostgresExports, old: int, new: int) -> Consistency:
    if not 0 < old < new:
        raise Problem(f"{old} rows are not fewer than {new}", do="give the smaller size first")
    if not await store.has_checkpoints(old, new):
        raise Problem(f"there is no checkpoint of {old} rows, or none of {new} rows")
    return Consistency(old, new)
