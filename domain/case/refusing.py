"""Refuse a matter outside the mandate (不予受理): who agrees first, and what opens it again."""

from typing import Literal

from domain.case.closing.decide import archive, conclude
from domain.case.draft import Draft, Refused
from domain.case.part import Part
from domain.case.part_types import kinds
from domain.case.parts.decide import ask, barred, lapse, open_part
from domain.case.refusals import Refusal
from domain.case.registration.acts import Refuse
from domain.case.registration.facts import NotAccepted
from domain.case.requests.facts import Reopened
from domain.case.supervision.facts import ReportedUp
from domain.case.withdrawals import nothing_pending
from domain.complaints import SuperiorOrder
from domain.vocabulary import OFFICE, Stage, Tier

[_REVIEW] = kinds(lambda row: row.refuses)


def refuse(draft: Draft, act: Refuse) -> None:
    """The policy may want a refusal reviewed. From rules 3 on, what may be a danger, what a unit
    has had, and whose citizen can be called, goes on until a second person agrees.
    """
    superior = draft.case.plan.complaint.superior
    if draft.case.plan.follows(2):
        _may_refuse(draft)
        if superior is not None:
            _ask_the_superior(draft, act, superior)
            return
    elif superior is not None:
        detail = f"{superior.issuer} issued it and has to agree; report it up with settle"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)
    if _by_two(draft):
        ask(draft, _REVIEW, act)
        return
    conclude(draft, NotAccepted(because=act.because, advice=act.advice))
    if barred(draft, _REVIEW) is None:
        open_part(draft, _REVIEW, act)
    archive(draft)


def _may_refuse(draft: Draft) -> None:
    """Raises Refused where the refusal would get past a review.

    In supervise, the leading group's office refuses. What was taken on after a review, what a
    unit has had, and what may be a danger, is not refused unless that is reviewed.
    """
    case = draft.case
    if case.plan.follows(3):
        nothing_pending(case)
    if case.tier is Tier.SUPERVISE and draft.command.actor.role not in OFFICE:
        detail = f"in {case.tier} only the leading group's office refuses a case"
        raise Refused(Refusal.WRONG_ROLE, detail)
    why = barred(draft, _REVIEW)
    grave = case.had or (case.plan.follows(3) and case.plan.alarming is not None)
    if why is not None and (grave or why[0] is Refusal.LIMIT_REACHED):
        raise Refused(why[0], f"no one could review it: {why[1]}")


def _by_two(draft: Draft) -> bool:
    case = draft.case
    if not case.plan.follows(3) or barred(draft, _REVIEW) is not None:
        return False
    return bool(case.had) or case.plan.callback or case.plan.alarming is not None


def _ask_the_superior(draft: Draft, act: Refuse, superior: SuperiorOrder) -> None:
    """Only the superior that issued a case can agree that it is not ours (不予受理)."""
    note = f"not ours, {act.because}: {act.advice}"
    # As after a result: while the superior has the turn, no one here is late.
    turn: Literal[True] | None = True if draft.case.plan.follows(2) else None
    draft.add(ReportedUp(to=superior.issuer, note=note, awaits=True, their_turn=turn))


def goes_on(draft: Draft, part: Part) -> bool:
    """Return whether the case is not refused before a person agrees: silence does not."""
    return part.type.refuses and draft.case.stage is not Stage.REFUSED


def may_uphold(draft: Draft, part: Part) -> None:
    """Raises Refused where the case went on meanwhile, and a unit has it or it ended."""
    case = draft.case
    if not goes_on(draft, part):
        return
    nothing_pending(case)
    if case.stage not in {Stage.RECEIVED, Stage.TRIAGED}:
        detail = f"{part.id}: the case is {case.stage} by now, and is handled; do not grant it"
        raise Refused(Refusal.WRONG_STAGE, detail)


def uphold(draft: Draft, part: Part) -> None:
    """Two agree that it is not ours, where the case went on until now."""
    if goes_on(draft, part) and part.refuses is not None:
        because, advice = part.refuses
        conclude(draft, NotAccepted(because=because, advice=advice))
        archive(draft)


def take_on(draft: Draft, reason: str, *, taken_back: bool = False) -> None:
    """Within the mandate after all: the platform triages it, with no more time than it had."""
    if draft.case.stage is Stage.REFUSED:
        goes_on: Literal[True] | None = True if draft.case.plan.follows(2) else None
        draft.add(Reopened(reason=reason, goes_on=goes_on, taken_back=True if taken_back else None))


def open_again(draft: Draft) -> None:
    """Open, from rules 3 on, what was refused, because its citizen says more: the platform triages
    it. The time in which another person read the refusal is no excuse; once upheld, it is. A wish
    to refuse lapses.
    """
    case = draft.case
    if not case.plan.follows(3):
        return
    if case.stage is not Stage.REFUSED:
        note = "the citizen has said more since; refuse it again if it is not ours all the same"
        lapse(draft, _REVIEW, note=note)
        return
    unread: Literal[True] | None = True if case.open_parts(_REVIEW) else None
    why = "the citizen says more of what was refused"
    lapse(draft, _REVIEW, note=why)
    draft.add(Reopened(reason=why, goes_on=unread))
