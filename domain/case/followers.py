"""The cases that follow this one: what it promises with them, and how they leave it."""

from collections.abc import Collection
from dataclasses import replace

from domain.case.clocks import cap, change
from domain.case.state import Case
from domain.sla.case_clocks import CITIZEN


def promise(case: Case) -> Case:
    """Return the case with the promise to its citizen no later than those of its followers."""
    return change(case, CITIZEN, lambda clock: replace(clock, cap=cap(case, CITIZEN)))


def without(case: Case, gone: Collection[str]) -> Case:
    """Return the case that these do not follow any more."""
    return replace(
        case,
        joined=tuple(each for each in case.joined if each[0] not in gone),
        gathered=tuple(each for each in case.gathered if each not in gone),
    )
