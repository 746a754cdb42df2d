"""Handing a case to a unit, whoever decides it."""

from domain.decisions.draft import Draft
from domain.decisions.parts import lapse
from domain.events import Dispatched
from domain.part_rules import PartKind


def hand_to(draft: Draft, unit: str, *, designated: bool = False, reason: str = "") -> None:
    """What was asked of another unit, about its own handling, is asked of nobody any more."""
    for part in draft.case.open_parts(PartKind.LETTER, PartKind.URGE):
        if part.units != (unit,):
            lapse(draft, part.kind, note=f"handed to {unit}")
    draft.add(Dispatched(unit=unit, designated=designated, reason=reason))
