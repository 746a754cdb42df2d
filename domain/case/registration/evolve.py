"""A case begins, is triaged, or is not taken on."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import change, end, pinned, platform_clock, start, stop, watch_order
from domain.case.events import Event
from domain.case.registration.facts import NotAccepted, StandardChosen, Triaged
from domain.case.state import Case, Moves, Outline, PositionChange, Steps, into
from domain.case.strictest_limits import keep_limits
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import ACCEPT, BY_PLATFORM, CITIZEN, HOLDER, STEP
from domain.vocabulary import Stage


def begin(plan: CasePlan, at: datetime) -> Case:
    case = Case(plan=plan, opened_at=at, tier=plan.tier, members=plan.helpers)
    # The promise to the citizen runs from the report, however long the event was on its way.
    case = start(case, CITIZEN, min(plan.complaint.reported_at, at))
    return watch_order(start(case, ACCEPT, at), at)


def triaged(case: Case, fact: Triaged, event: Event) -> Case:
    if fact.plan is not None:
        if fact.held_to is not None:
            case = keep_limits(case, case.plan, fact.held_to)
        elif not fact.keeps:
            case = replace(case, strictest=())
        case = pinned(case, fact.plan, event.at, keeps=fact.keeps is True)
    wanted = platform_clock(case)
    clock = case.clock(wanted)
    # Sorted once more, the case is dispatched no later than before.
    if wanted == ACCEPT or (clock is not None and clock.is_running):
        return case
    others = [each for each in BY_PLATFORM if each != wanted]
    return start(stop(case, *others, at=event.at), wanted, event.at)


def standard_chosen(case: Case, fact: StandardChosen, event: Event) -> Case:
    case = pinned(case, fact.plan, event.at)
    step, whole = case.clock(STEP), case.clock(HOLDER)
    if whole is None or not whole.is_running or (step is not None and step.is_running):
        return case
    # The time of its steps runs as that of the whole does, from when the unit got the case.
    return change(
        start(case, STEP, whole.started_at), STEP, lambda clock: replace(clock, pauses=whole.pauses)
    )


def not_accepted(case: Case, fact: NotAccepted, event: Event) -> Case:
    return end(case, event.at)


def where_triaged(at: Case | Outline, fact: Triaged) -> PositionChange:
    return PositionChange(stage=Stage.TRIAGED, tier=fact.tier)


MOVES: Moves = {
    Triaged: where_triaged,
    NotAccepted: into(Stage.REFUSED),
}

STEPS: Steps = {
    Triaged: triaged,
    StandardChosen: standard_chosen,
    NotAccepted: not_accepted,
}
