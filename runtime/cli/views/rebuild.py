"""Prints what a rebuild did, or would do."""

from collections.abc import Mapping

from runtime.cli.views.cases import console
from runtime.cli.views.raw import printable
from runtime.jobs.rebuild.report import (
    CHANGES,
    LISTED,
    RebuildFinding,
    RebuildReport,
    RebuildResult,
)

_LABELS: Mapping[RebuildResult, str] = {
    RebuildResult.AS_IT_SHOULD_BE: "correct",
    RebuildResult.PUT: "written",
    RebuildResult.DROPPED: "dropped",
    RebuildResult.OVER: "over",
    RebuildResult.RUNS: "already running",
    RebuildResult.BEGUN: "started",
    RebuildResult.SAID_AGAIN: "sent again",
    RebuildResult.BROKEN: "left out, chain broken",
    RebuildResult.FAILED: "refused by Temporal",
}


def print_found(found: RebuildFinding, *, dry: bool) -> None:
    would = "would be " if dry and found.what in CHANGES else ""
    line = f"{found.case_id}  {would}{_LABELS[found.what]}: {printable(found.detail)}"
    console().print(line, markup=False, soft_wrap=True)


def print_report(report: RebuildReport) -> None:
    out = console()
    for what, number in report.counts.items():
        if what in CHANGES and number > LISTED:
            out.print(f"{number - LISTED} more {_LABELS[what]}", markup=False)
    parts = [f"{number} {_LABELS[what]}" for what, number in report.counts.items()]
    out.print(", ".join(parts) or "the journal has no case", markup=False, soft_wrap=True)
    if report.dry:
        out.print("nothing was changed: --dry-run", markup=False)
