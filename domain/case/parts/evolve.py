"""Parts of a case, and what their coming and going does to its clocks."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import change, put, start, stop
from domain.case.events import Event
from domain.case.flows import until_next_step
from domain.case.followers import promise, without
from domain.case.part import Part, lead_named, moved, part_of, rings
from domain.case.part_clocks import clock_of, turn, turn_began
from domain.case.part_questions import Look
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.state import Case, Steps
from domain.policy.part_rules import PartRule
from domain.sla.case_clocks import HOLDER, MEETING, PLAN, SAFE
from domain.sla.clocks import Cause, Measure
from domain.vocabulary import Stage, Urgency


def opened(case: Case, fact: PartOpened, event: Event) -> Case:
    part = part_of(fact, event.actor, event.at)
    case = replace(case, parts=(*case.parts, part), returns=case.returns + part.type.contests)
    case = _wait(case, part, event.at)
    if part.type.planned and not rings(fact.terms) and _divides_the_work(case, part):
        case = stop(case, PLAN, at=event.at)
    rule = case.plan.part(case.tier, part.kind)
    if rule is None:
        return case
    rule = _by_night(case, part, rule)
    clock = until_next_step(
        case.plan, part, rule, clock_of(part, rule, event.at, fact.cap), event.at
    )
    if part.type.outlasts_result and case.stage is Stage.RESOLVED:
        # A citizen asks while others look: the unit's time waits as what was asked before does.
        clock = clock.paused(Cause.DONE, event.at)
    return put(case, clock, event.at)


def _by_night(case: Case, part: Part, rule: PartRule) -> PartRule:
    """Return the rule of a part; from rules 3 on, what lets the time of a hurried case wait that
    counts day and night is answered by day and night, too, and not the next evening.
    """
    whole = case.clock(HOLDER)
    hurried = case.plan.urgency.rank <= Urgency.URGENT.rank and case.plan.follows(3)
    waits = HOLDER in part.type.pauses and hurried and whole is not None
    if waits and whole is not None and whole.measure is Measure.CONTINUOUS:
        return replace(rule, measure=Measure.CONTINUOUS)
    return rule


def _divides_the_work(case: Case, part: Part) -> bool:
    """Return whether the part ends the time for planning: each other kind does, a task together
    with those that the other members have. One that may be left undone plans nothing.
    """
    if not _is_task(part) or not case.plan.follows(3):
        return True
    given = [each for each in case.parts if _is_task(each) and not each.optional]
    asked = {
        u for task in given if task.is_open or task.state is PartState.DONE for u in task.units
    }
    return asked.issuperset({*case.members} - {case.holder} or {case.holder})


def _is_task(part: Part) -> bool:
    """Return whether it is work of one unit, at which the lead looks."""
    return part.type.looked_at is Look.LEAD


def part_moved(case: Case, fact: PartMoved, event: Event) -> Case:
    before = case.part(fact.part)
    if before is None:
        raise ValueError(f"{case.case_id}: no part {fact.part} to move")
    after = moved(before, fact, event.actor)
    case = replace(case, parts=tuple(after if p.id == after.id else p for p in case.parts))
    # After the part is replaced: `put` asks the part whether its clock rests with the case.
    rule = case.plan.part(case.tier, after.kind)
    began = turn_began(after, fact, event.at)
    clock = turn(before, after, case.clock(after.id), rule, began) if rule else None
    if clock is not None and rule is not None and after.penalty is not before.penalty:
        clock = until_next_step(case.plan, after, rule, clock, event.at)
    if clock is None:
        case = replace(case, clocks=tuple(c for c in case.clocks if c.id != after.id))
    elif clock is not case.clock(after.id):
        case = put(case, clock, event.at)
    if after.type.decides:
        case = _has_met(case, after, event.at)
    if not after.is_open and case.holder is not None and lead_named(fact) == case.holder:
        case = replace(case, designated=True)  # it keeps what it has
    if after.type.separates and after.state is PartState.GRANTED:
        case = promise(without(case, after.cases or ()))
    if after.type.exempts and after.state is PartState.GRANTED:
        case = _exempted(case, after.opened_at or event.at, {*after.spares})
    if after.is_open:
        return case
    return (
        _as_if_not_asked(case, after)
        if _is_baseless(case, after, fact)
        else _go_on(case, after, event.at)
    )


def _exempted(case: Case, asked_at: datetime, spared: set[str]) -> Case:
    """Leave out of the figures what was missed by the time of asking, and nothing later; also not
    what the units of those who agreed have missed.
    """
    misses = (
        replace(m, exempt=m.exempt or (m.due_at <= asked_at and spared.isdisjoint(m.units)))
        for m in case.misses
    )
    return replace(case, exempt=True, misses=tuple(misses))


def _has_met(case: Case, part: Part, at: datetime) -> Case:
    """Stop the clock of the first meeting when its hour has come; then the work is divided."""
    if part.state in {PartState.UNDER_WAY, PartState.DONE}:
        case = stop(case, MEETING, at=at)
    held = part.state is PartState.DONE and case.clock(PLAN) is None
    return start(case, PLAN, at) if held else case


def overdue(case: Case, part: Part, at: datetime) -> Case:
    """Let the clocks run again that wait for this part no longer than to its deadline."""
    return _go_on(case, part, at) if part.type.pauses_until_due else case


def _wait(case: Case, part: Part, at: datetime) -> Case:
    cause = part.type.cause
    for id_ in part.type.pauses:
        # From rules 3 on a danger waits for no answer: who is there makes it safe (progress).
        if id_ != SAFE or not case.plan.follows(3):
            case = change(case, id_, lambda clock: clock.paused(cause, at))
    return case


def _go_on(case: Case, part: Part, at: datetime) -> Case:
    cause = part.type.cause
    for id_ in part.type.pauses:
        case = change(case, id_, lambda clock: clock.resumed(cause, at))
    return case


def _is_baseless(case: Case, part: Part, fact: PartMoved) -> bool:
    """Return whether the unit gains no time by a return: a person has refused it, from rules 3 on,
    as it was the unit's case; or the unit has taken it back, whatever the rules. Where no answer
    came, the unit does not pay for that.
    """
    if not part.type.contests or fact.by is None:
        return False
    refused = part.state is PartState.REFUSED and case.plan.follows(3)
    return refused or fact.by.kind == "retract"


def _as_if_not_asked(case: Case, part: Part) -> Case:
    cause = part.type.cause
    for id_ in part.type.pauses:
        case = change(case, id_, lambda clock: clock.without(cause))
    return case


STEPS: Steps = {
    PartOpened: opened,
    PartMoved: part_moved,
}
