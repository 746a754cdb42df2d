"""What the report of a joint action may say."""

from domain.case.draft import Draft, Refused
from domain.case.evidence import needs
from domain.case.joint_work.acts import ReportAction
from domain.case.part import Part
from domain.case.refusals import Refusal


def roll_call(draft: Draft, part: Part, act: ReportAction) -> None:
    """Raises Refused for more than were planned without a reason, and for what nothing shows: a
    file that showed who came to an earlier action of the case does not show it of this one.
    """
    brought = [counter.name for counter in act.counters if counter.number]
    if not act.people and (act.vehicles or brought):
        what = ", ".join([*(["vehicles"] if act.vehicles else []), *brought])
        detail = f"no one came to {part.id}, so it brought nothing; {what} cannot be above 0"
        raise Refused(Refusal.TOO_MUCH, detail)
    for what, came, planned in zip(
        ("people", "vehicles"), (act.people, act.vehicles), part.planned or (), strict=False
    ):
        if came > planned and not act.reason:
            detail = f"{came} {what} came, and {planned} were planned; say why with `reason`"
            raise Refused(Refusal.REASON_NEEDED, detail)
    if act.people:
        actions = (each for each in draft.case.parts if each.type.shows_attendance)
        shown = tuple(digest for each in actions for digest in each.shown)
        lacking = "a roll call needs a file that shows who came"
        needs(draft, act.evidence, 1, lacking, shown=shown)
