"""What ran out is remembered by its clock."""

from dataclasses import replace

from domain.case.clocks import change
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import Event
from domain.case.parts.evolve import overdue
from domain.case.state import Case, Steps
from domain.sla.clocks import Clock


def deadline_missed(case: Case, fact: DeadlineMissed, event: Event) -> Case:
    part = case.part(fact.clock)
    case = change(case, fact.clock, lambda clock: replace(clock, missed=True))
    return case if part is None else overdue(case, part, fact.due_at)


def rung_reached(case: Case, fact: RungReached, event: Event) -> Case:
    case = change(case, fact.clock, lambda clock: replace(clock, fired=(*clock.fired, fact.rung)))
    return replace(case, level=max(case.level, fact.level))


def deadline_moved(case: Case, fact: DeadlineMoved, event: Event) -> Case:
    def armed(clock: Clock) -> Clock:
        fired = tuple(rung for rung in clock.fired if rung not in fact.rungs)
        return replace(clock, missed=clock.missed and not fact.missed, fired=fired)

    return replace(change(case, fact.clock, armed), level=fact.level)


STEPS: Steps = {
    DeadlineMissed: deadline_missed,
    DeadlineMoved: deadline_moved,
    RungReached: rung_reached,
}
