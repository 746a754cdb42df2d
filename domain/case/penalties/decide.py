"""The way to a penalty: filed by two officers, and step by step to its end."""

from domain.case.draft import Decisions, Draft, Refused
from domain.case.parts.decide import expect, find, move, of_holder, open_part
from domain.case.parts.facts import PartState
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind

_OFFICERS = 2
_STEPS = tuple(PenaltyStep)
_LAST = frozenset({PenaltyStep.EXECUTED, PenaltyStep.TO_COURT, PenaltyStep.DISMISSED})
_DECIDED = frozenset({PenaltyStep.DECIDED, PenaltyStep.SERVED})


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


DECISIONS: Decisions = {
    FilePenalty: file_penalty,
    AdvancePenalty: advance_penalty,
}
