"""The current details of a workflow: what an operator reads in the Temporal UI. No event in the
history, no personal data, no text of the complaint.
"""

from zoneinfo import ZoneInfo

from domain.case import Case
from domain.clocks import due
from domain.explanations import local
from domain.summaries import summarize


def details(case: Case) -> str:
    """Markdown: case number, tier, stage, unit, next deadline, one line a running clock."""
    plan, zone = case.plan, ZoneInfo(case.plan.calendar.zone)
    coming = summarize(case).coming
    lines = [
        f"**{case.case_id}** · {case.tier} · {case.stage} · {case.holder or plan.platform}",
        "",
        f"level L{case.level} · journal row {case.seq}",
    ]
    if case.suspended_until is not None:
        lines.append(f"suspended until {local(case.suspended_until, zone)}")
    if coming is not None:
        what = f"{coming.clock} {coming.what}".strip()
        lines.append(f"next: {what} at {local(coming.at, zone)}")
    for clock in case.clocks:
        deadline = due(clock, plan.calendar) if clock.is_running else None
        if deadline is not None:
            late = " (missed)" if clock.missed else ""
            lines.append(f"- {clock.id}: due {local(deadline.at, zone)}{late}")
    return "\n".join(lines)
