"""The current details of a workflow: what an operator reads in the Temporal UI.

They cost no event in the history, and contain no personal data and no text of the complaint.
"""

from zoneinfo import ZoneInfo

from domain.case.state import Case
from domain.case.summaries import Summary
from domain.sla.explanations import local


def details(case: Case, summary: Summary) -> str:
    """Return Markdown: number, tier, stage, unit, category, time zone, next deadline, and a line
    for each clock.
    """
    plan, zone = case.plan, ZoneInfo(case.plan.calendar.zone)
    lines = [
        f"**{case.case_id}** · {case.tier} · {case.stage} · {case.holder or plan.platform}",
        "",
        plan.category_name or "no category yet",
        "",
        f"level L{case.level} · journal row {case.seq} · times of {zone}",
    ]
    if case.suspended_until is not None:
        lines.append(f"suspended until {local(case.suspended_until, zone)}")
    if summary.coming is not None:
        what = f"{summary.coming.clock} {summary.coming.what}".strip()
        note = " (provisional)" * summary.coming_provisional
        lines.append(f"next: {what} at {local(summary.coming.at, zone)}{note}")
    missed = {clock.id for clock in case.clocks if clock.missed}
    for clock, at in summary.deadlines:
        notes = " (provisional)" * (clock in summary.provisional) + " (missed)" * (clock in missed)
        lines.append(f"- {clock}: due {local(at, zone)}{notes}")
    return "\n".join(lines)
