"""Re-inspection: passed, once more, or failed with what follows."""

from domain.case.acts.joint import Check
from domain.case.decisions.draft import Draft, Refused
from domain.case.decisions.parts import expect, move
from domain.case.decisions.pressure import letter
from domain.case.decisions.tiers import supervise
from domain.case.facts.parts import PartState
from domain.case.parts import Part
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind


def inspect(draft: Draft, part: Part, act: Check) -> None:
    """By somebody else than ordered it, with a picture. One more chance, then the next tier up."""
    expect(part, PartState.SERVED, PartState.INSPECTION)
    if draft.command.actor.id == part.by.id:
        raise Refused(Refusal.SAME_PERSON, f"{part.by.id} ordered it; somebody else inspects it")
    if draft.command.actor.id == part.reported_by:
        detail = f"{part.reported_by} reported it done; somebody else inspects it"
        raise Refused(Refusal.SAME_PERSON, detail)
    if not act.evidence:
        raise Refused(Refusal.MISSING_EVIDENCE, "a re-inspection needs at least one picture")
    if act.passed:
        move(draft, part, PartState.DONE, act)
    elif part.state is PartState.SERVED:
        detail = f"the time of {part.id} to put it right is not over; inspect when it is"
        raise Refused(Refusal.WRONG_STEP, detail)
    elif part.kind is PartKind.RECTIFICATION and not part.tries:
        move(draft, part, PartState.SERVED, act, note="ordered once more")
    else:
        move(draft, part, PartState.FAILED, act)
        if not supervise(draft, f"{part.id} failed"):
            letter(draft, act)
