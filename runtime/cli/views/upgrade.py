"""Prints what a check of an upgrade found."""

from collections.abc import Mapping

from runtime.cli.output import Output, counted
from runtime.jobs.histories.upgrade_check import FailedReplay, ReplayFault, UpgradeReport

_WHAT_TO_DO: Mapping[ReplayFault, str] = {
    ReplayFault.UNKNOWN_TYPE: "start no worker of this build: it cannot continue the case",
    ReplayFault.OTHER_STEPS: "start no worker of this build: the case would stop. Run the check of "
    "the running release, too: what that names is no matter of the upgrade (docs/RUNBOOK.md, «A "
    "case does not answer»)",
    ReplayFault.OTHER_ROWS: "start no worker of this build: the case would go on from another "
    "state than its journal has",
    ReplayFault.MISSING_ROWS: "no matter of the upgrade: the database was set back. Run "
    "`sanban after-restore`",
    ReplayFault.NEWER: "keep a worker of the newer release: this build leaves the case alone until "
    "one runs",
}
_SHOWN = 1000
"""Letters of a detail: a row can be long, and --json has all of it."""


def print_failed(failed: FailedReplay) -> None:
    out = Output()
    run, detail = failed.run, failed.detail
    out.print(f"{failed.fault}  {run.case_id}", style="bold")
    out.print(f"  {run.type}, began {run.start:%Y-%m-%d %H:%M} UTC, run {run.run_id}")
    out.print(f"  {detail[:_SHOWN]}{'...' if len(detail) > _SHOWN else ''}")
    out.print(f"  {_WHAT_TO_DO[failed.fault]}")


def print_report(report: UpgradeReport, *, with_rows: bool) -> None:
    out = Output()
    for type_, number in report.replayed.items():
        out.print(f"{number:>10}  {type_} replayed", style="dim")
    if report.gone:
        out.print(f"{report.gone:>10}  ended and deleted meanwhile", style="dim")
    tried = sum(report.replayed.values())
    of = f"{tried} of {counted(report.open, 'open case')}"
    if report.failed:
        out.print(f"{of} replayed, {counted(len(report.failed), 'fault')}")
    else:
        same = "the same steps and rows" if with_rows else "the same steps"
        out.print(f"{of} replayed on this build: {same}")
