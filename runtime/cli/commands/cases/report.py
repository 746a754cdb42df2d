"""`sanban report`: indicators of the cases of a period, computed from the journal."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from datetime import date
from typing import Annotated

import typer

from domain.insight.figures import TOGETHER, Dimension, Figures
from domain.insight.indicators import BY_ID
from domain.policy_checks.findings import no_such
from domain.reporting.periods import Period
from domain.reporting.reports import FIGURES, PeriodReport
from runtime.cli.commands.cases.all_cases import cases_of, must_have_cases
from runtime.cli.commands.cases.figures import Printed, dimensions_of, printed, show_figures
from runtime.cli.commands.read_session import ReadSession, read_session
from runtime.cli.local_time import typed_day
from runtime.cli.views.case_list import print_list
from runtime.cli.views.report import print_report, report_as_json
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.packs import load_all
from schemas.records import CaseRow
from store.cases.filters import CaseFilter
from store.cases.read_model import CaseCount, CasePage

_AT_A_TIME = 500
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
    figure: Annotated[
        str,
        typer.Option(
            "--list",
            metavar="FIGURE",
            help="List the cases that one figure counts instead: late, closed, returned ...; with "
            "--by, the rows that an indicator counts.",
        ),
    ] = "",
    by: Annotated[
        str,
        typer.Option(
            metavar="DIMENSIONS",
            help="Show the indicators of docs/INDICATORS.md instead, by these: "
            f"{', '.join(Dimension)}, or {TOGETHER} for all in one; several with commas.",
        ),
    ] = "",
    as_csv: Annotated[
        bool, typer.Option("--csv", help="With --by: one line for each figure.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
    """Report on the cases of a period: closed, solved, satisfied, late; actions, campaigns.

    With --by: all indicators of the town, over what was due in the period.
    """
    dimensions, form = dimensions_of(by), printed(as_json=as_json, as_csv=as_csv)
    figures = tuple(BY_ID) if by else FIGURES
    if figure and figure not in figures:
        raise Problem(no_such("figure", figure, figures), do="correct --list")
    if form is Printed.CSV and (not by or figure):
        raise Problem("--csv prints the figures of --by", do="give --by, and no --list")
    settings, period = load(), _period(first, last)
    if by:
        asked = Figures(period, dimensions, figure or None)
        show_figures(settings, asked, tenant, form)
        return

    async def run() -> tuple[dict[str, PeriodReport], list[CaseRow]]:
        async with read_session(settings) as session:
            found = await _reports(session, period, tenant, figure or None)
            return found, await _rows(session, found) if figure else []

    reports, rows = asyncio.run(run())
    policies = load_all(settings)
    must_have_cases(reports, policies, tenant)
    if as_json:
        report_as_json(reports, period)
        return
    if figure:
        now, listed = utc_now(), CasePage(tuple(rows), None)
        total = CaseCount(sum(len(each.cases) for each in reports.values()))
        print_list(listed, total, now, policies=policies)
        return
    for name, each in sorted(reports.items()):
        print_report(name, each, policies.get(name))


def _period(first: date, last: date) -> Period:
    if last < first:
        raise Problem(f"--to {last:%Y-%m-%d} is before --from {first:%Y-%m-%d}", do="swap them")
    if not _YEARS[0] <= first.year <= last.year <= _YEARS[1]:
        raise Problem("no such period", do=f"give days in the years {_YEARS[0]} to {_YEARS[1]}")
    return Period(first, last)


async def _reports(
    session: ReadSession, period: Period, tenant: str | None, figure: str | None
) -> dict[str, PeriodReport]:
    """Read the journal once, with one case in memory at a time; return a report per tenant."""
    reports = dict[str, PeriodReport]()
    async with aclosing(cases_of(session, tenant)) as cases:
        async for of, events in cases:
            reports.setdefault(of, PeriodReport(period, figure=figure)).add(events)
    return reports


async def _rows(session: ReadSession, reports: Mapping[str, PeriodReport]) -> list[CaseRow]:
    """Return the rows of the cases that the figure counts, as lists show them."""
    rows = list[CaseRow]()
    for tenant, each in sorted(reports.items()):
        for start in range(0, len(each.cases), _AT_A_TIME):
            among = tuple(each.cases[start : start + _AT_A_TIME])
            wanted = CaseFilter(tenant=tenant, among=among)
            page = await session.cases.page(wanted, now=utc_now(), limit=_AT_A_TIME)
            rows += await session.titles(page.rows)
    return rows
