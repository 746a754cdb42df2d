"""`sanban report`: indicators of the cases of a period, computed from the journal."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import date
from typing import Annotated

import typer

from domain.case.events import Event
from domain.reporting.indicators import plan_of
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from runtime.cli.commands.read_session import ReadSession, read_session
from runtime.cli.local_time import typed_day
from runtime.cli.views.report import print_report
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.packs import load_all, must_be_served
from schemas.journal import event_of
from store.journal.rows import PostgresJournal

_YEARS = (2000, 2199)
"""The years that contracts of events allow (schemas/texts.py)."""


def report(
    first: Annotated[
        date,
        typer.Option("--from", parser=typed_day, metavar="DAY", help="First day of the period."),
    ],
    last: Annotated[
        date, typer.Option("--to", parser=typed_day, metavar="DAY", help="Last day, included.")
    ],
    tenant: Annotated[str | None, typer.Option(help="Only this tenant.")] = None,
) -> None:
    """Report on the cases of a period: closed, solved, satisfied, late; actions, campaigns."""
    if last < first:
        raise Problem(f"--to {last:%Y-%m-%d} is before --from {first:%Y-%m-%d}", do="swap them")
    if not _YEARS[0] <= first.year <= last.year <= _YEARS[1]:
        raise Problem("no such period", do=f"give days in the years {_YEARS[0]} to {_YEARS[1]}")
    settings = load()
    period = Period(first, last)

    async def run() -> dict[str, PeriodReport]:
        async with read_session(settings) as session:
            return await _reports(session, period, tenant)

    reports = asyncio.run(run())
    policies = load_all(settings)
    if not reports:
        must_be_served(policies, tenant)
        raise Problem(
            f"no case of {tenant or 'any tenant'}", do="`sanban cases list --all` shows the cases"
        )
    for name, each in sorted(reports.items()):
        print_report(name, each, policies.get(name))


async def _reports(
    session: ReadSession, period: Period, tenant: str | None
) -> dict[str, PeriodReport]:
    """Read the journal once, with one case in memory at a time; return a report per tenant."""
    reports = dict[str, PeriodReport]()
    async with aclosing(all_cases(session)) as cases:
        async for events in cases:
            of = plan_of(events).complaint.tenant
            if tenant in {None, of}:
                reports.setdefault(of, PeriodReport(period)).add(events)
    return reports


async def all_cases(session: ReadSession) -> AsyncGenerator[list[Event], None]:
    """Yield the events of each case; the rows of a case come one after the other."""
    case_id, events = "", list[Event]()
    async with aclosing(PostgresJournal(session.database).stream_rows()) as rows:
        async for row in rows:
            if row.case_id != case_id and events:
                yield events
                events = []
            case_id = row.case_id
            events.append(event_of(row.body))
    if events:
        yield events
