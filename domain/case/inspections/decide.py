"""Look at what was reported: passed, once more, or failed with what follows."""

from domain.case.access import may_read
from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.impartiality import (
    did_not_do,
    did_not_give_its_link,
    is_another_unit,
    reported_for_another,
)
from domain.case.inspections.acts import Check
from domain.case.part import Part
from domain.case.part_questions import Look
from domain.case.part_types import kinds
from domain.case.parts.decide import expect, find, move
from domain.case.parts.facts import PartState
from domain.case.permissions import acts_for, belongs_to
from domain.case.powers import demand
from domain.case.refusals import Refusal
from domain.case.stand_ins import by_another
from domain.case.supervision.decide import letter
from domain.case.tiers.decide import supervise
from domain.policy.powers import Power
from domain.vocabulary import CREW

_LOOKED_AT = kinds(lambda row: row.looked_at)


def check(draft: Draft, act: Check) -> None:
    """Check a task as the lead, or what had to be put right as another person."""
    part = find(draft, act.part, *_LOOKED_AT)
    if part.type.looked_at is Look.OTHERS:
        _inspect(draft, part, act)
        return
    expect(part, PartState.REPORTED)
    if draft.case.plan.follows(2):
        did_not_do(draft, part)
        did_not_give_its_link(draft, part)
    elif belongs_to(draft.command, *part.units) and not acts_for(draft.command, draft.case.holder):
        raise Refused(Refusal.SAME_PERSON, "whoever did the task cannot check it; the lead does")
    if _is_stranger(draft):
        detail = f"the lead checks it, {draft.case.holder}, or the platform"
        raise Refused(Refusal.NOT_THE_HOLDER, detail)
    move(draft, part, PartState.DONE if act.passed else PartState.OPEN, act)


def _is_stranger(draft: Draft) -> bool:
    """Return whether the actor is of a unit that does not have the case."""
    handles = draft.command.actor.role in CREW and draft.case.plan.follows(2)
    return handles and not acts_for(draft.command, draft.case.holder)


def _inspect(draft: Draft, part: Part, act: Check) -> None:
    """Inspect with a picture, by a person who neither ordered nor reported it.

    It is inspected when its time is over, or when a unit has reported it before that.
    A failed rectification gets one more chance; then the case goes to the next tier up.
    """
    expect(part, PartState.SERVED, PartState.INSPECTION)
    if draft.command.actor.role in CREW:
        demand(draft, Power.ORDER, draft.command.actor.unit)
    if draft.case.plan.follows(3) and not may_read(draft.case, draft.command):
        detail = f"{draft.command.actor.unit} has no part in the case, so none of its people "
        who = f"inspects {part.id}; the platform or the office does, or gives the unit a task"
        raise Refused(Refusal.NOT_READABLE, detail + who)
    by_another(draft, part.by.id, detail=f"{part.by.id} ordered it; somebody else inspects it")
    detail = f"{part.reported_by} reported it done; somebody else inspects it"
    by_another(draft, part.reported_by, detail=detail)
    reported_for_another(draft, part)
    is_another_unit(draft, part)
    # That it is not put right yet, a picture of before may show.
    before = part if act.passed else None
    if act.passed and part.state is PartState.SERVED and draft.case.plan.follows(2):
        detail = f"{part.id} has time left, and nobody has reported it put right; report it first"
        raise Refused(Refusal.WRONG_STEP, detail)
    lacking = "a re-inspection needs a picture of its own"
    needs(draft, act.evidence, 1, lacking, part=before, of_now=True, once=act.passed)
    if act.passed:
        move(draft, part, PartState.DONE, act)
    elif part.state is PartState.SERVED:
        detail = f"the time of {part.id} to put it right is not over; inspect when it is"
        raise Refused(Refusal.WRONG_STEP, detail)
    elif part.type.second_chance and not part.tries:
        move(draft, part, PartState.SERVED, act, note="ordered once more")
    else:
        move(draft, part, PartState.FAILED, act)
        if not supervise(draft, f"{part.id} failed"):
            letter(draft, act)


DECISIONS: Decisions = {
    Check: check,
}
