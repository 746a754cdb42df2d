"""Prints what a reconciliation found."""

from runtime.cli.views.cases import console
from runtime.cli.views.raw import printable
from runtime.jobs.reconcile.report import Discrepancy, ReconciliationReport


def print_discrepancy(found: Discrepancy) -> None:
    out = console()
    state = f"repaired: {found.repaired}" if found.repaired else found.do
    out.print(f"{found.kind}  {found.where}", markup=False, soft_wrap=True, style="bold")
    out.print(f"  {printable(found.detail)}", markup=False, soft_wrap=True)
    out.print(f"  {printable(state)}", markup=False, soft_wrap=True)


def print_report(report: ReconciliationReport) -> None:
    out = console()
    for kind, number in report.unlisted():
        out.print(f"{kind}: {number} more like these", markup=False)
    for name, number in report.looked_at.items():
        out.print(f"{number:>10}  {name}", style="dim", markup=False)
    kinds = ", ".join(f"{number} {kind}" for kind, number in report.found.items())
    if not report.found and report.waiting:
        out.print(f"what was decided agrees; {report.waiting} offsets are not decided yet")
    elif not report.found:
        out.print("everything agrees")
    elif not report.left:
        out.print(f"{kinds}: all repaired")
    else:
        repaired = report.repaired.total()
        out.print(f"{kinds}" + (f"; {repaired} repaired" if repaired else ""), markup=False)
