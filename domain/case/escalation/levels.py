"""The level of a case: how far the ladders have brought it."""

from domain.case.state import Case
from domain.policy.part_rules import PartKind
from domain.sla.ladders import Rung


def level_of(case: Case, clock: str, rung: Rung) -> int:
    """Return the level of the case that the rung stands for.

    A summons by a person is a tool of handling; only an interview of the unit that a rung or
    silence led to is of the ladder. The first time that a citizen is not satisfied is for the
    leading group to decide, and of no level; the second is.
    """
    part = case.part(clock)
    if part is None or not case.plan.follows(2):
        return rung.level
    summoned = part.kind is PartKind.INTERVIEW and part.of is None
    first = part.kind is PartKind.DISSATISFACTION and case.dissatisfied <= 1
    return 0 if summoned or first else rung.level


def level_without(case: Case, clock: str, rungs: tuple[str, ...]) -> int:
    """Return the level of the case without these rungs; what else raised it still counts."""
    gone, others = 0, 0
    for each in case.clocks:
        for rung in case.plan.ladder(each.ladder).rungs:
            if each.id == clock and rung.id in rungs:
                gone = max(gone, level_of(case, each.id, rung))
            elif rung.id in each.fired:
                others = max(others, level_of(case, each.id, rung))
    return others if gone == case.level else case.level
