"""Supervision, rectification, inquiry, and the way to a penalty."""

from datetime import timedelta

from domain.case.acts.supervision import (
    AdvancePenalty,
    Appoint,
    Circulate,
    Commit,
    FilePenalty,
    Inquire,
    IssueLetter,
    NoShow,
    OrderRectification,
    PenaltyStep,
    Serve,
    Summon,
    Urge,
)
from domain.case.decisions import pressure
from domain.case.decisions.draft import Draft, Refused
from domain.case.decisions.handoffs import hand_to
from domain.case.decisions.parts import (
    expect,
    find,
    known,
    may_lead,
    moment,
    move,
    of_holder,
    open_part,
    rule_of,
)
from domain.case.facts.parts import Appointed, PartState
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind

_AHEAD = timedelta(days=92)
_LONGEST_COMMITMENT = timedelta(days=366)
_OFFICERS = 2
_STEPS = tuple(PenaltyStep)
_LAST = frozenset({PenaltyStep.EXECUTED, PenaltyStep.TO_COURT, PenaltyStep.DISMISSED})
_DECIDED = frozenset({PenaltyStep.DECIDED, PenaltyStep.SERVED})


def appoint(draft: Draft, act: Appoint) -> None:
    """The lead is designated and cannot return the case."""
    may_lead(draft, act.lead)
    known(draft, *act.members)
    case = draft.case
    members = tuple(unit for unit in dict.fromkeys(act.members) if unit != act.lead)
    draft.add(
        Appointed(lead=act.lead, members=members, instruction=act.instruction, level=act.level)
    )
    if act.lead != case.holder:
        hand_to(draft, act.lead, designated=True, reason=act.instruction)


def issue_letter(draft: Draft, act: IssueLetter) -> None:
    why = pressure.letter(draft, act)
    if why:
        raise Refused(Refusal.LIMIT_REACHED, why)


def urge(draft: Draft, act: Urge) -> None:
    open_part(draft, PartKind.URGE, act, units=of_holder(draft))


def circulate(draft: Draft, act: Circulate) -> None:
    pressure.circulate(draft, act.text)


def summon(draft: Draft, act: Summon) -> None:
    moment(draft, act.at, _AHEAD)
    open_part(draft, PartKind.INTERVIEW, act, units=of_holder(draft))


def no_show(draft: Draft, act: NoShow) -> None:
    """Whoever does not come meets the leading group; where that has summoned, the office above."""
    part = find(draft, act.part, PartKind.INTERVIEW)
    move(draft, part, PartState.FAILED, act)
    pressure.up(draft, f"{part.id}: nobody came")


def commit(draft: Draft, act: Commit) -> None:
    moment(draft, act.until, _LONGEST_COMMITMENT)
    if not act.evidence:
        raise Refused(Refusal.MISSING_EVIDENCE, "attach the signed commitment")
    starts = PartState.SERVED
    open_part(
        draft, PartKind.COMMITMENT, act, units=of_holder(draft), starts=starts, until=act.until
    )


def order_rectification(draft: Draft, act: OrderRectification) -> None:
    longest = rule_of(draft, PartKind.RECTIFICATION).longest or timedelta(days=30)
    if not timedelta(0) < timedelta(days=act.days) <= longest:
        raise Refused(Refusal.TOO_MUCH, f"a rectification has between 1 and {longest.days} days")
    if not act.items or not all(item.strip() for item in act.items):
        raise Refused(Refusal.MISSING_EVIDENCE, "say item by item what has to be put right")
    open_part(draft, PartKind.RECTIFICATION, act, units=of_holder(draft))


def serve(draft: Draft, act: Serve) -> None:
    part = find(draft, act.part, PartKind.RECTIFICATION, PartKind.INTERVIEW)
    expect(part, PartState.OPEN)
    if part.kind is PartKind.RECTIFICATION and not act.evidence:
        raise Refused(Refusal.MISSING_EVIDENCE, "attach the proof that the order was served")
    move(draft, part, PartState.SERVED, act)


def inquire(draft: Draft, act: Inquire) -> None:
    """Two tracks: inquiry-1 into the matter, inquiry-2 into the duty of those responsible."""
    if draft.case.open_parts(PartKind.INQUIRY):
        raise Refused(Refusal.ALREADY_ASKED, "an inquiry is under way")
    open_part(draft, PartKind.INQUIRY, act)
    open_part(draft, PartKind.INQUIRY, act)


def file_penalty(draft: Draft, act: FilePenalty) -> None:
    """By at least two regular officers: auxiliaries do not count."""
    regular = {*act.officers} & {*draft.command.lookup.officers}
    if len(regular) < _OFFICERS:
        named = ", ".join(act.officers) or "nobody"
        detail = f"{_OFFICERS} regular officers are needed; named: {named}, regular: {len(regular)}"
        raise Refused(Refusal.TWO_OFFICERS, detail)
    if not act.number.strip():
        raise Refused(Refusal.MISSING_EVIDENCE, "give the number of the enforcement case")
    open_part(draft, PartKind.PENALTY, act, units=of_holder(draft))


def advance_penalty(draft: Draft, act: AdvancePenalty) -> None:
    """Forward only; an amount goes with the decision."""
    part = find(draft, act.part, PartKind.PENALTY)
    if part.penalty is not None and _STEPS.index(act.step) <= _STEPS.index(part.penalty):
        raise Refused(Refusal.WRONG_STEP, f"{part.id} is {part.penalty} already")
    if (act.amount_yuan is not None) != (act.step is PenaltyStep.DECIDED):
        raise Refused(Refusal.WRONG_STEP, "amount_yuan goes with step decided, and only with that")
    if act.step in {PenaltyStep.SERVED, PenaltyStep.EXECUTED, PenaltyStep.TO_COURT}:
        expect(part, PartState.DECIDED)
    done = act.step in _LAST
    to = PartState.DONE if done else PartState.OPEN
    move(draft, part, PartState.DECIDED if act.step in _DECIDED else to, act)
