"""Prints what a drill of the backup found."""

from runtime.cli.output import Output
from runtime.jobs.restored.restore_drill import DrillFindings, DrillStep


def print_step(step: DrillStep) -> None:
    out = Output()
    state = "faults" if step.faults else "ok"
    out.print(f"{state:<8}{step.name}: {step.found} ({step.took_s:.1f} s)")
    for fault in step.faults:
        out.print(f"  {fault}")


def print_findings(findings: DrillFindings) -> None:
    of = f"{findings.backup_of:%Y-%m-%d %H:%M:%S} UTC" if findings.backup_of else "no row"
    verdict = "verified" if findings.verified else "NOT verified"
    Output().print(f"{verdict}: the newest row is of {of}; it took {findings.took_s:.1f} s")
