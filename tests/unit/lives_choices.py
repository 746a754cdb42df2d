"""Which part an act of a random life is for, and what it says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.acts.joint import Check, Convene
from domain.acts.requests import Answer, AskSuspension
from domain.acts.supervision import Commit, Summon
from domain.case import Case
from domain.commands import (
    Act,
)
from domain.part_rules import REQUESTS, WORK, PartKind
from domain.parts import Part
from domain.words import Stage
from tests.town import (
    PART_RULES,
    hours,
)


def varied(act: Act, number: int, now: datetime) -> Act:
    """Another moment, another answer."""
    until = now + hours(number)
    match act:
        case AskSuspension() | Commit():
            return replace(act, until=until)
        case Convene() | Summon():
            return replace(act, at=until)
        case Answer():
            return replace(act, granted=number % 2 == 1)
        case Check():
            return replace(act, passed=number % 3 != 0)
        case _:
            return act


ANY_RULE = PART_RULES[-1]
ENDS = (Stage.CLOSED, None, Stage.REFUSED, Stage.WITHDRAWN)
_FOR: Mapping[str, frozenset[PartKind]] = {
    "answer": REQUESTS,
    "waive": WORK,
    "report": frozenset({PartKind.TASK, PartKind.CHECK, PartKind.LETTER, PartKind.URGE}),
    "check": frozenset({PartKind.TASK, PartKind.RECTIFICATION, PartKind.COMMITMENT}),
    "hold": frozenset({PartKind.CONFERENCE, PartKind.INTERVIEW}),
    "no_show": frozenset({PartKind.INTERVIEW}),
    "serve": frozenset({PartKind.RECTIFICATION}),
    "conclude": frozenset({PartKind.INVESTIGATION, PartKind.INQUIRY}),
    "advance_penalty": frozenset({PartKind.PENALTY}),
}


def part_for(case: Case, kind: str, number: int) -> Part | None:
    """One of the parts that are open and for such an act."""
    found = case.open_parts(*_FOR[kind]) if kind in _FOR else ()
    return found[number % len(found)] if found else None
