"""Promise 40, in every life: what gives the holder of a case more time, and what never does."""

from datetime import timedelta

from hypothesis import given

from domain.case.closing.facts import Reworked
from domain.case.events import Event
from domain.case.merging.facts import Left, Scattered
from domain.case.parts.facts import PartMoved, PartState
from domain.case.registration.facts import StandardChosen, Triaged
from domain.case.repinning.facts import Repinned
from domain.case.requests.facts import Extended, Reopened
from domain.case.state import Case, Miss
from domain.case.tiers.facts import TierLowered
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import used
from domain.vocabulary import OFFICE
from tests.town import CALENDAR
from tests.unit.lives import ANY_LIVES, FEWER, Life
from tests.unit.lives_states import before_and_after

GIVING = (Extended, Repinned, StandardChosen)
"""A person grants more time, or a plan changes."""


@FEWER
@given(ANY_LIVES)
def test_no_raise_lead_silence_pause_merge_return_or_withdrawal_gains_time(
    life: Life,
) -> None:
    had: dict[str, timedelta] = {}
    generous = ""  # what follows of such a command belongs to it, as the hand-over after a raise
    for _, event, after in before_and_after(life):
        if _gives(event):
            generous = event.command_id
            had.clear()
        left = _left(after, event)
        if left is None or after.holder is None:
            continue
        if after.holder in had and event.command_id != generous:
            assert left <= had[after.holder]
        had[after.holder] = left


@FEWER
@given(ANY_LIVES)
def test_a_miss_is_overtaken_only_by_time_asked_for_before_it_a_new_policy_or_the_office(
    life: Life,
) -> None:
    for turn in life.turns:
        case = turn.decision.case
        kept = {(miss.clock, miss.due_at, miss.unit) for miss in case.misses}
        for miss in turn.before.misses if turn.before else ():
            if (miss.clock, miss.due_at, miss.unit) not in kept:
                assert any(_overtakes(case, event, miss) for event in turn.decision.events)


def _overtakes(case: Case, event: Event, miss: Miss) -> bool:
    fact = event.fact
    if isinstance(fact, PartMoved):
        part = case.part(fact.part)
        extends = part is not None and part.kind is PartKind.EXTENSION
        in_time = part is not None and part.opened_at and part.opened_at <= miss.due_at
        return bool(extends and fact.to is PartState.GRANTED and in_time)
    if isinstance(fact, Triaged):
        return event.actor.role in OFFICE and not fact.keeps and fact.reason is not None
    return isinstance(fact, Repinned | TierLowered | Left | Scattered)


def _gives(event: Event) -> bool:
    fact = event.fact
    if isinstance(fact, Reworked):
        return fact.dissatisfied
    if isinstance(fact, Triaged):
        return fact.plan is not None and not fact.keeps
    if isinstance(fact, Reopened):
        return not fact.goes_on  # nothing begins anew after a refusal that was found wrong
    if fact.kind in {"tier_raised", "tier_lowered"}:
        ordered = event.command in {"raise_tier", "answer"} and event.actor.role in OFFICE
        return event.command == "close" or ordered
    return isinstance(fact, GIVING)


def _left(case: Case, event: Event) -> timedelta | None:
    """Return the time that the holder has left; None while it has no running clock."""
    clock = case.clock(HOLDER)
    if clock is None or not clock.is_running:
        return None
    return clock.granted - used(clock, CALENDAR, event.at)
