"""Prints what a reconciliation found."""

from runtime.cli.output import Output
from runtime.jobs.reconcile.report import Discrepancy, ReconciliationReport


def print_discrepancy(found: Discrepancy) -> None:
    out = Output()
    state = f"repaired: {found.repaired}" if found.repaired else found.do
    out.print(f"{found.kind}  {found.where}", style="bold")
    out.print(f"  {found.detail}")
    out.print(f"  {state}")


def print_report(report: ReconciliationReport) -> None:
    out = Output()
    for kind, number in report.unlisted():
        out.print(f"{kind}: {number} more like these")
    for name, number in report.looked_at.items():
        out.print(f"{number:>10}  {name}", style="dim")
    kinds = ", ".join(f"{number} {kind}" for kind, number in report.found.items())
    if not report.found and report.waiting:
        out.print(f"what was decided agrees; {report.waiting} offsets are not decided yet")
    elif not report.found:
        out.print("everything agrees")
    elif not report.left:
        out.print(f"{kinds}: all repaired")
    else:
        repaired = report.repaired.total()
        out.print(f"{kinds}" + (f"; {repaired} repaired" if repaired else ""))
