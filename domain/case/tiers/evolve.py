"""A case in another tier: dispatched once more, with the clocks of that tier."""

from dataclasses import replace

from domain.case.clocks import pinned, stop, to_platform
from domain.case.events import Event
from domain.case.kept_steps import put_aside
from domain.case.state import Case, Moves, Outline, PositionChange, Steps
from domain.case.strictest_limits import keep_limits
from domain.case.tiers.facts import TierLowered, TierRaised
from domain.sla.case_clocks import (
    CALLBACK,
    HOLDER,
    HOLDER_STEPS,
    STEPS_OF_SUPERVISION,
    VERIFY,
)
from domain.vocabulary import Stage


def tier_changed(case: Case, fact: TierRaised | TierLowered, event: Event) -> Case:
    case = put_aside(replace(case, returned_by=None), event.at)
    if isinstance(fact, TierRaised) and fact.held_to is not None:
        ordered = fact.held_to is fact.to
        case = (
            replace(case, strictest=()) if ordered else keep_limits(case, case.plan, fact.held_to)
        )
    if isinstance(fact, TierLowered) and fact.plan is not None:
        case = pinned(case, fact.plan, event.at)
    steps = (*HOLDER_STEPS, *STEPS_OF_SUPERVISION)
    case = stop(case, *steps, HOLDER, VERIFY, CALLBACK, at=event.at)
    return to_platform(case, event.at)


def where_changed(at: Case | Outline, fact: TierRaised | TierLowered) -> PositionChange:
    return PositionChange(stage=Stage.TRIAGED, tier=fact.to)


MOVES: Moves = {
    TierRaised: where_changed,
    TierLowered: where_changed,
}

STEPS: Steps = {
    TierRaised: tier_changed,
    TierLowered: tier_changed,
}
