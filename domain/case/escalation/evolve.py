"""What ran out is remembered by its clock."""

from dataclasses import replace

from domain.case.clocks import cap, change
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import Event
from domain.case.followers import without_dues
from domain.case.parts.evolve import overdue
from domain.case.state import Case, Miss, Steps
from domain.sla.case_clocks import CITIZEN, HOLDER, PROMISES
from domain.sla.clocks import Clock


def deadline_missed(case: Case, fact: DeadlineMissed, event: Event) -> Case:
    if fact.of is not None:
        return _without_promise(case, fact.clock, fact.of)
    part = case.part(fact.clock)
    case = change(case, fact.clock, lambda clock: replace(clock, missed=True))
    if fact.clock in PROMISES:
        unit = case.timed if fact.clock == HOLDER else None
        case = replace(
            case, misses=(*case.misses, Miss(fact.clock, fact.due_at, unit, units=fact.units or ()))
        )
    return case if part is None else overdue(case, part, fact.due_at)


def _without_promise(case: Case, clock: str, other: str) -> Case:
    """Keep the case that joined, without its promise: only what lies ahead presses this one."""
    if clock != CITIZEN:
        passed = (due for due in case.joined_dues if (due.case, due.clock) == (other, clock))
        return without_dues(case, passed)
    joined = tuple((id_, None if id_ == other else at) for id_, at in case.joined)
    case = replace(case, joined=joined)
    return change(case, CITIZEN, lambda clock: replace(clock, cap=cap(case, CITIZEN)))


def rung_reached(case: Case, fact: RungReached, event: Event) -> Case:
    case = change(case, fact.clock, lambda clock: replace(clock, fired=(*clock.fired, fact.rung)))
    return replace(case, level=max(case.level, fact.level))


def deadline_moved(case: Case, fact: DeadlineMoved, event: Event) -> Case:
    def armed(clock: Clock) -> Clock:
        fired = tuple(rung for rung in clock.fired if rung not in fact.rungs)
        return replace(clock, missed=clock.missed and not fact.missed, fired=fired)

    if fact.missed:
        # Of this turn alone: what an earlier one missed stays missed.
        overtaken = case.miss(fact.clock)
        case = replace(case, misses=tuple(m for m in case.misses if m is not overtaken))
    return replace(change(case, fact.clock, armed), level=fact.level)


STEPS: Steps = {
    DeadlineMissed: deadline_missed,
    DeadlineMoved: deadline_moved,
    RungReached: rung_reached,
}
