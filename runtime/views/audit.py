"""What an audit found, and how far it is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

from runtime.views.cases import console
from runtime.views.raw import printable
from schemas.exports import Everything, words_of
from schemas.findings import Report

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


def print_report(report: Report, *, elsewhere: bool) -> None:
    """`elsewhere`: checkpoints from outside the database were given."""
    out = console()
    for each in report.findings:
        out.print(printable(str(each)), markup=False, soft_wrap=True)
    if report.bad > len(report.findings):
        out.print(f"{report.bad - len(report.findings)} more bad places")
    for line in _said(report, elsewhere=elsewhere):
        out.print(line, markup=False, soft_wrap=True)


def _said(report: Report, *, elsewhere: bool) -> Iterator[str]:
    if report.header is not None and not isinstance(report.header.scope, Everything):
        asked = printable(" ".join(words_of(report.header.scope)))
        yield f"a part of the journal: {asked}; it says nothing about rows that are not in it"
    yield (
        f"{report.rows} rows of {report.chains} chains, of {report.size} in the journal; "
        f"{report.checkpoints} checkpoints hold"
    )
    newest = report.newest
    if newest is not None:
        yield (
            f"the newest is of {newest.size} rows, at {newest.at.isoformat()}, "
            f"signed as {printable(newest.origin)}"
        )
    if uncovered := report.rows - report.covered:
        yield f"{uncovered} rows are under no checkpoint that holds: their chains alone prove them"
    if report.unjudged:
        yield f"{report.unjudged} checkpoints after one that does not hold were not judged"
    yield _elsewhere(report) if elsewhere else _NOTHING_ELSEWHERE
    yield "intact" if report.intact else f"ALTERED: {report.bad} bad places, the first one above"


def _elsewhere(report: Report) -> str:
    said = f"{report.agreeing} checkpoints kept elsewhere agree"
    if report.passed_by:
        said += f", {report.passed_by} are of sizes that this part leaves out"
    if report.later:
        said += f", {report.later} were taken after it was made"
    return said
