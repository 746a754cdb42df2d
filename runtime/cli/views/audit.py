"""What an audit found, and how far it is."""

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
    "no checkpoint kept elsewhere was given: an end that was cut, or a journal that somebody with "
    "the key wrote anew, cannot be told"
)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """To be told how much is done; shown where a person looks on."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total or None)
        yield lambda done: bar.update(task, completed=done)


def print_report(report: VerificationReport, *, elsewhere: bool) -> None:
    """`elsewhere`: checkpoints from outside the database were given."""
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
        yield f"a part of the journal: {asked}; it says nothing about rows that are not in it"
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
        yield f"{_many(uncovered, 'row')} not under a good checkpoint: only chains prove them"
    if report.unjudged:
        yield f"{_many(report.unjudged, 'checkpoint')} after a bad one not judged"
    yield _elsewhere(report) if elsewhere else _NOTHING_ELSEWHERE
    yield "intact" if report.intact else f"ALTERED: {_many(report.bad, 'bad place')}"


def _elsewhere(report: VerificationReport) -> str:
    said = f"of checkpoints kept elsewhere {report.agreeing} agree"
    if report.passed_by:
        said += f", {report.passed_by} of sizes that this part leaves out"
    if report.later:
        said += f", {report.later} taken after it was made"
    return said


def _many(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"
