"""Handing a case to a unit, whoever decides it."""

from domain.case.decisions.draft import Draft
from domain.case.decisions.parts import lapse
from domain.case.events import Dispatched
from domain.people.succession import now
from domain.policy.part_rules import PartKind
from domain.vocabulary import Stage, Tier

_OF_ITS_OWN = (PartKind.EXTENSION, PartKind.SUSPENSION, PartKind.TIER_CHANGE)
"""What a unit asks for its own handling: without an object once it does not hold the case."""


def hand_to(draft: Draft, unit: str, *, designated: bool = False, reason: str = "") -> None:
    """What was asked of another unit, about its own handling, is asked of nobody any more."""
    for part in draft.case.open_parts(PartKind.LETTER, PartKind.URGE):
        if part.units != (unit,):
            lapse(draft, part.kind, note=f"handed to {unit}")
    draft.add(Dispatched(unit=unit, designated=designated, reason=reason))


def pass_on(draft: Draft, reason: str) -> None:
    """A direct case that nobody signed for goes to the next unit that answers for its grid."""
    unit = next_unit(draft)
    if unit is None or not_passed_on(draft):
        return
    lapse(draft, *_OF_ITS_OWN, note=f"handed to {unit}")
    hand_to(draft, unit, reason=reason)


def not_passed_on(draft: Draft) -> str:
    """Why the case stays where it is; empty when it goes on."""
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
    """Each has it once; of a unit that is gone, the one after it. None when there is no other."""
    roster = draft.command.lookup.roster
    successors = roster.successors if roster else ()
    had = {now(successors, unit) for unit in draft.case.had}
    living = (now(successors, unit) for unit in draft.case.plan.backups)
    return next((unit for unit in living if unit not in had), None)
