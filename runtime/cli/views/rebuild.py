"""Prints what a rebuild did, or would do."""

from collections.abc import Mapping

from runtime.cli.output import Output
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
    line = f"{found.case_id}  {would}{_LABELS[found.what]}: {found.detail}"
    Output().print(line)


def print_report(report: RebuildReport) -> None:
    out = Output()
    for what, number in report.counts.items():
        if what in CHANGES and number > LISTED:
            out.print(f"{number - LISTED} more {_LABELS[what]}")
    parts = [f"{number} {_LABELS[what]}" for what, number in report.counts.items()]
    out.print(", ".join(parts) or "the journal has no case")
    if report.dry:
        out.print("nothing was changed: --dry-run")
