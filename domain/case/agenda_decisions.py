"""What a special meeting decides on other cases, and what these are told of it."""

from collections.abc import Iterator
from dataclasses import replace

from domain.case.called_meetings import MeetingState
from domain.case.draft import Draft, Refused
from domain.case.events import Event
from domain.case.joint_work.acts import Convene, Hold
from domain.case.part import Part
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.permissions import acts_for
from domain.case.refusals import Refusal
from domain.case.special_meetings.acts import TellMeeting
from domain.case.state import Case
from domain.vocabulary import CREW


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


def may_put_on_agenda(draft: Draft, cases: tuple[str, ...], invited: tuple[str, ...]) -> None:
    """Raises Refused, from rules 3 on, for a case of another unit that is not invited, or that an
    officer of this one puts on the agenda: a meeting writes into each of its cases.
    """
    if not draft.case.plan.follows(3):
        return
    of, by_officer = dict(draft.command.lookup.holders), draft.command.actor.role in CREW
    for case in cases:
        holder = of.get(case)
        if by_officer and not acts_for(draft.command, holder):
            detail = f"{case} is not with {draft.command.actor.unit}; the platform or the leading"
            raise Refused(Refusal.WRONG_ROLE, f"{detail} group's office calls a meeting on it")
        if holder is not None and holder not in invited:
            detail = f"{case} is with {holder}; invite {holder} with `units`, too"
            raise Refused(Refusal.NO_QUORUM, detail)


def may_decide_on_others(draft: Draft, part: Part, act: Hold) -> None:
    """Raises Refused, from rules 3 on, for an officer who would write what was decided on cases of
    other units: who called the meeting does, or the leading group's office.
    """
    by_officer = draft.command.actor.role in CREW and part.by.role not in CREW
    if act.decisions and by_officer and draft.case.plan.follows(3):
        detail = f"a {part.by.role} called {part.id} on cases of other units; the platform or the "
        detail += "leading group's office holds it with decisions on them"
        raise Refused(Refusal.WRONG_ROLE, detail)


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
    heard: tuple[str, ...] | None = None
    if (
        told.state is MeetingState.HELD
        and isinstance(fact, PartMoved)
        and isinstance(fact.by, Hold)
    ):
        decided = {each.case: each.what for each in fact.by.decisions or ()}
        heard = _heard(fact.by)
    for other in part.cases:
        yield other, replace(told, text=decided.get(other, ""), heard=heard)


def _heard(act: Hold) -> tuple[str, ...]:
    """Return the units of which a person came or wrote, and the lead."""
    came, wrote = (each.unit for each in act.came or ()), (each.unit for each in act.written or ())
    return tuple(sorted({*act.present, *came, *wrote}))


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
