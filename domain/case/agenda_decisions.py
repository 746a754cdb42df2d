"""What a special meeting decides on other cases, and what these are told of it."""

from collections.abc import Iterator
from dataclasses import replace

from domain.case.called_meetings import MeetingState
from domain.case.draft import Refused
from domain.case.events import Event
from domain.case.joint_work.acts import Convene, Hold
from domain.case.part import Part
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.refusals import Refusal
from domain.case.special_meetings.acts import TellMeeting
from domain.case.state import Case


def only_on_its_agenda(part: Part, act: Hold) -> None:
    """Raises Refused for a decision on a case that the meeting does not have on its agenda."""
    agenda = part.cases or ()
    named = [each.case for each in act.decisions or ()]
    if strangers := [each for each in named if each not in agenda]:
        listed = ", ".join(agenda) or "none but this one, whose decisions are minutes, tasks, lead"
        detail = f"{', '.join(strangers)} is not on the agenda of {part.id}; the others on it: "
        raise Refused(Refusal.OTHER_CASE, detail + listed)
    if len({*named}) < len(named):
        raise Refused(Refusal.OTHER_CASE, "a case is named twice in decisions; put it in one")


def told_of_meetings(case: Case, event: Event) -> Iterator[tuple[str, TellMeeting]]:
    """Yield what each case on the agenda of a special meeting is told because of this event.

    From rules 3 on; before, the others did not know of it.
    """
    fact = event.fact
    if not isinstance(fact, PartOpened | PartMoved) or not case.plan.follows(3):
        return
    part = case.part(fact.part)
    if part is None or not part.cases or not part.type.held:
        return
    told = _state_of(case, part, fact)
    if told is None:
        return
    decided: dict[str, str] = {}
    if (
        told.state is MeetingState.HELD
        and isinstance(fact, PartMoved)
        and isinstance(fact.by, Hold)
    ):
        decided = {each.case: each.what for each in fact.by.decisions or ()}
    for other in part.cases:
        yield other, replace(told, text=decided.get(other, ""))


def _state_of(case: Case, part: Part, fact: PartOpened | PartMoved) -> TellMeeting | None:
    """Return what happened to the meeting; None if the others need not know it."""
    if isinstance(fact, PartOpened):
        at = fact.terms.at if isinstance(fact.terms, Convene) else None
        state = MeetingState.CALLED
    elif fact.to is PartState.DONE:
        at, state = None, MeetingState.HELD
    elif fact.to.is_final:
        at, state = None, MeetingState.CALLED_OFF
    elif fact.to is PartState.OPEN:
        at, state = fact.until, MeetingState.MOVED
    else:
        return None
    return TellMeeting(case=case.case_id, part=part.id, state=state, at=at)
