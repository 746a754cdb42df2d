"""Prints the report of an audit, and shows its progress."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

from runtime.cli.views.cases import console
from runtime.cli.views.raw import printable
from schemas.audit.exports import Everything, words_of
from schemas.audit.findings import VerificationReport

_NOTHING_ELSEWHERE = (
    "no checkpoint from outside was given: a journal whose end was cut, or that was rewritten and "
    "signed with the key, cannot be recognized"
)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function that takes the amount done; shows a bar if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total or None)
        yield lambda done: bar.update(task, completed=done)


def print_report(report: VerificationReport, *, elsewhere: bool) -> None:
    """Print findings and totals. `elsewhere`: checkpoints from outside were given."""
    out = console()
    for each in report.findings:
        out.print(printable(str(each)), markup=False, soft_wrap=True)
    if report.bad > len(report.findings):
        out.print(f"{report.bad - len(report.findings)} more bad places")
    for line in _said(report, elsewhere=elsewhere):
        out.print(line, markup=False, soft_wrap=True)


def _said(report: VerificationReport, *, elsewhere: bool) -> Iterator[str]:
    if report.header is not None and not isinstance(report.header.scope, Everything):
        asked = printable(" ".join(words_of(report.header.scope)))
        yield f"a part of the journal: {asked}; it proves nothing about other rows"
    yield (
        f"{_many(report.rows, 'row')} of {_many(report.chains, 'chain')}, of {report.size} in the "
        f"journal; {_many(report.checkpoints, 'checkpoint')} good"
    )
    newest = report.newest
    if newest is not None:
        yield (
            f"the newest is of {_many(newest.size, 'row')}, at {newest.at.isoformat()}, "
            f"signed as {printable(newest.origin)}"
        )
    if uncovered := report.rows - report.covered:
        yield f"{_many(uncovered, 'row')} under no good checkpoint: only their chains prove them"
    if report.unjudged:
        yield f"{_many(report.unjudged, 'checkpoint')} after a bad one, not checked"
    yield _elsewhere(report) if elsewhere else _NOTHING_ELSEWHERE
    yield "intact" if report.intact else f"ALTERED: {_many(report.bad, 'bad place')}"


def _elsewhere(report: VerificationReport) -> str:
    said = f"checkpoints from outside: {report.agreeing} agree"
    if report.passed_by:
        said += f", {report.passed_by} not comparable with this part"
    if report.later:
        said += f", {report.later} newer than the export"
    return said


def _many(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"
