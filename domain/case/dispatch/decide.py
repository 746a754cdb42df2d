"""Hand a case to a unit, on to the next one, and back to the platform."""

from datetime import datetime, timedelta
from typing import Literal

from domain.case.dispatch.acts import Dispatch, Return
from domain.case.dispatch.facts import Dispatched
from domain.case.draft import Decisions, Draft, Refused
from domain.case.part_questions import LapseCause
from domain.case.part_types import OVERTAKEN_BY
from domain.case.parts.decide import lapse, move, open_part
from domain.case.parts.facts import PartState
from domain.case.permissions import acts_for, belongs_to
from domain.case.powers import kind_of, leads
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.validation import may_get, may_lead, uncontested
from domain.people.unit_successors import current_successor
from domain.policy.part_rules import PartKind
from domain.vocabulary import CREW, Role, Stage, Tier, decides_below

_GIVEN = frozenset(
    {PartKind.TASK, PartKind.CONFERENCE, PartKind.INVESTIGATION, PartKind.JOINT_ACTION}
)
"""Work that one unit gives others."""


def dispatch(draft: Draft, act: Dispatch) -> None:
    """Hand to a unit that may lead: departments must not pass their work to villages."""
    if draft.case.plan.category is None and draft.case.plan.follows(2):
        detail = "the case has no category, so no limit and no evidence are its own; triage it"
        raise Refused(Refusal.WRONG_STEP, detail)
    may_get(draft, act.unit, act.reason)
    if act.designated and draft.case.plan.follows(2) and (why := no_designation(draft)):
        refusal, detail = why
        raise Refused(refusal, f"{detail}; leave out designated")
    hand_to(draft, act.unit, designated=act.designated, reason=act.reason)


def no_designation(draft: Draft) -> tuple[Refusal, str] | None:
    """Return why the actor designates no unit; None for who rules on disputes, after a return.

    A designated unit cannot return the case, so who hands it out for the first time does not say
    so: the unit could never object.
    """
    case, role = draft.case, draft.command.actor.role
    rule = case.plan.part(case.tier, PartKind.RULING)
    decider = (rule.decider if rule else None) or Role.SUPERVISOR
    if decides_below(role, decider):
        detail = f"a {decider} rules on who keeps a case, so a {role} designates no unit"
        return Refusal.WRONG_ROLE, detail
    if not case.returns:
        return Refusal.WRONG_STEP, "no unit has returned it, so there is nothing to rule on"
    return None


def return_case(draft: Draft, act: Return) -> None:
    """The first asks the platform; the second forces a ruling; there is no third."""
    case = draft.case
    if case.designated:
        raise Refused(
            Refusal.DESIGNATED,
            "the unit was designated; a designated unit cannot return, but may ask_tier",
        )
    uncontested(draft)
    if _has_handled(draft):
        raise Refused(
            Refusal.RETURN_TOO_LATE,
            "the unit has handled the case before, so it is theirs; ask_tier instead",
        )
    signed = _signed(case)
    if signed is not None and _working_time_since(draft, signed) > case.plan.return_window:
        raise Refused(
            Refusal.RETURN_TOO_LATE,
            "signed for too long ago to be returned; give_task or ask_tier instead",
        )
    kind = _asks_for(draft)
    if act.suggested_unit is not None and case.plan.follows(2):
        may_lead(draft, act.suggested_unit)
    open_part(draft, kind, act)


def _asks_for(draft: Draft) -> PartKind:
    """Return what a return asks for. Raises Refused for one too many.

    From rules 3 on each unit has its own: a ruling is for its second, and where the case came from
    the return of another unit. After a ruling that gave it to the leading group there is none.
    """
    case = draft.case
    contested = [part for part in case.parts if part.type.contests]
    granted = [part for part in contested if part.state is PartState.GRANTED]
    if case.plan.follows(3):
        own = sum(acts_for(draft.command, part.by.unit) for part in contested)
        ruled = any(part.type.ruled_on for part in granted)
        exhausted = own > 1 or (ruled and case.holder == case.plan.office)
        again = bool(own or granted)
    else:
        exhausted, again = case.returns > 1, case.returns > 0
    if exhausted:
        detail = "returned twice already; the ruling stands"
        if case.plan.follows(3):
            detail += f": {case.holder} handles it, gives others a task, or asks for another tier"
        raise Refused(Refusal.RETURN_EXHAUSTED, detail)
    return PartKind.RULING if again else PartKind.RETURN


def _has_handled(draft: Draft) -> bool:
    """Return whether the unit has handled the case before: it has reported a result, as rules 3 say
    whatever has become of the case since.
    """
    if draft.case.plan.follows(3):
        return acts_for(draft.command, *draft.case.resolved_for)
    return draft.case.rehandled


def _signed(case: Case) -> datetime | None:
    """Return when the holder signed; its first signature counts, also after a rise of the tier."""
    return (case.signed_first if case.plan.follows(2) else None) or case.signed_at


def _working_time_since(draft: Draft, moment: datetime) -> timedelta:
    return draft.case.plan.calendar.elapsed(moment, draft.now)


def hand_to(
    draft: Draft,
    unit: str,
    *,
    designated: bool = False,
    reason: str = "",
    new_time: bool = False,
    in_rest: bool = False,
    again: bool = False,
) -> None:
    """Dispatch to the unit; letters and urges to another unit about its own handling lapse, and
    so does what another unit asked for itself.

    A unit that has the case, or had it before, gets no more time than it had, unless `new_time`.
    With `in_rest` no unit does: it has what is left to the unit before.
    Nor does a case that is handled again get the time of a first handling; with `again` it is, from
    this hand-over on.
    """
    _letter_answered_first(draft, unit)
    if draft.case.plan.follows(2) and draft.case.holder not in {None, unit}:
        without_holder(draft, f"handed to {unit}")
    for part in draft.case.open_parts(*OVERTAKEN_BY[LapseCause.NEW_HOLDER]):
        if part.units != (unit,):
            lapse(draft, part.kind, note=f"handed to {unit}")
    keeps = not new_time and (in_rest or _had_time(draft.case, unit))
    goes_on: Literal[True] | None = True if keeps else None
    of_kind = kind_of(draft, unit) if draft.case.plan.follows(2) else None
    goes_again = draft.case.rehandled and draft.case.plan.follows(2) and not new_time
    draft.add(
        Dispatched(
            unit=unit,
            designated=designated,
            reason=reason,
            goes_on=goes_on,
            unit_kind=of_kind,
            again=True if again or goes_again else None,
        )
    )


def without_holder(draft: Draft, note: str) -> None:
    """Lapse what the holder asked for itself, and, from rules 3 on, the work that its officers gave
    and that no unit has answered: the next holder could not end it.
    """
    lapse(draft, *OVERTAKEN_BY[LapseCause.HOLDER_GONE], note=note)
    if not draft.case.plan.follows(3):
        return
    for part in draft.case.open_parts(*_GIVEN):
        if part.by.role in CREW and part.state is PartState.OPEN and not part.heard:
            move(draft, part, PartState.LAPSED, note=note)


def _letter_answered_first(draft: Draft, unit: str) -> None:
    """Raises Refused, from rules 3 on, where a person of the unit that has the case hands it on,
    with a letter to that unit unanswered: it would lapse before it is looked at.

    So the office did not answer for a case of its own: it appointed another lead.
    """
    case = draft.case
    if (
        not case.plan.follows(3)
        or unit == case.holder
        or not belongs_to(draft.command, case.holder)
    ):
        return
    for part in case.open_parts(PartKind.LETTER):
        detail = f"{part.id} asks {case.holder} for an answer, so a person of it does not hand the "
        do = "case on; report on it first, or a leader of another unit hands the case on"
        raise Refused(Refusal.PARTS_OPEN, detail + do)


def _had_time(case: Case, unit: str) -> bool:
    """Return whether the unit goes on with the time of an earlier hand-over.

    A unit that gets its own return back goes on in any case (domain/case/dispatch/evolve.py).
    """
    if not case.plan.follows(2) or case.returned_by == unit:
        return False
    return unit == case.holder or unit in dict(case.earlier_clocks)


def pass_on(draft: Draft, reason: str) -> None:
    """Hand a direct case without a signature to the next unit that answers for its grid."""
    unit = next_unit(draft)
    if unit is None or not_passed_on(draft):
        return
    without_holder(draft, f"handed to {unit}")
    hand_to(draft, unit, reason=reason)


def not_passed_on(draft: Draft) -> str:
    """Return why the case stays with its holder; empty when it is handed on."""
    case = draft.case
    if case.tier is not Tier.DIRECT:
        why = f"a case in {case.tier} is not handed on by a clock"
    elif case.stage is not Stage.DISPATCHED:
        why = f"the case is {case.stage}"
    elif case.designated:
        why = f"{case.holder} was designated"
    elif next_unit(draft) is None:
        why = f"nobody else answers for {f'grid {case.plan.grid}' if case.plan.grid else 'it'}"
    else:
        return ""
    return f"not handed on: {why}"


def next_unit(draft: Draft) -> str | None:
    """Return the next unit that has not had the case and may have it, or its successor; or None."""
    roster = draft.command.lookup.roster
    successors = roster.successors if roster else ()
    had = {current_successor(successors, unit) for unit in draft.case.had}
    living = (current_successor(successors, unit) for unit in draft.case.plan.backups)
    return next((u for u in living if u not in had and leads(draft, u, Tier.DIRECT)), None)


DECISIONS: Decisions = {
    Dispatch: dispatch,
    Return: return_case,
}
