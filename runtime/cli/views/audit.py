"""Prints the report of an audit."""

from collections.abc import Iterator

from runtime.cli.output import Output
from schemas.audit.exports import Everything, words_of
from schemas.audit.findings import VerificationReport

_NOTHING_ELSEWHERE = (
    "no checkpoint from outside was given: a journal whose end was cut, or that was rewritten and "
    "signed with the key, cannot be recognized"
)


def print_report(report: VerificationReport, *, elsewhere: bool) -> None:
    """Print findings and totals. `elsewhere`: checkpoints from outside were given."""
    out = Output()
    for each in report.findings:
        out.print(str(each))
    if report.bad > len(report.findings):
        out.print(f"{report.bad - len(report.findings)} more bad places")
    for line in _said(report, elsewhere=elsewhere):
        out.print(line)


def _said(report: VerificationReport, *, elsewhere: bool) -> Iterator[str]:
    if report.header is not None and not isinstance(report.header.scope, Everything):
        asked = " ".join(words_of(report.header.scope))
        yield f"a part of the journal: {asked}; it proves nothing about other rows"
    yield (
        f"{_many(report.rows, 'row')} of {_many(report.chains, 'chain')}, of {report.size} in the "
        f"journal; {_many(report.checkpoints, 'checkpoint')} good"
    )
    newest = report.newest
    if newest is not None:
        yield (
            f"the newest is of {_many(newest.size, 'row')}, at {newest.at.isoformat()}, "
            f"signed as {newest.origin}"
        )
    if uncovered := report.rows - report.covered:
        yield f"{_many(uncovered, 'row')} under no good checkpoint: only their chains prove them"
    if report.unjudged:
        yield f"{_many(report.unjudged, 'checkpoint')} after a bad one, not checked"
    yield _elsewhere(report) if elsewhere else _NOTHING_ELSEWHERE
    if report.missing_after is not None:
        yield f"rows after {report.missing_after:,} are not here: a newer checkpoint counts them"
    if not report.intact:
        yield f"ALTERED: {_many(report.bad, 'bad place')}"
    else:
        yield "intact" if report.proved else "intact, but only partly proved"


def _elsewhere(report: VerificationReport) -> str:
    said = f"checkpoints from outside: {report.agreeing} agree"
    if report.passed_by:
        said += f", {report.passed_by} not comparable with this part"
    if report.later:
        said += f", {report.later} newer than the export"
    return said


def _many(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"
