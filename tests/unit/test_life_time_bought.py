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
from domain.vocabulary import OFFICE, Tier
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
    for before, event, after in before_and_after(life):
        if _gives(event, before.holder):
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


@FEWER
@given(ANY_LIVES)
def test_no_lowering_undoes_what_a_dissatisfied_citizen_has_ordered(life: Life) -> None:
    for before, event, after in before_and_after(life):
        if after.tier.depth < before.tier.depth:
            assert event.actor.role in OFFICE
            assert not before.rehandled
            assert after.tier.depth >= min(before.dissatisfied, Tier.SUPERVISE.depth)


@FEWER
@given(ANY_LIVES)
def test_all_extensions_of_a_case_give_no_more_than_its_number_of_them_may(life: Life) -> None:
    for before, event, after in before_and_after(life):
        clock, rule = before.clock(HOLDER), before.plan.part(before.tier, PartKind.EXTENSION)
        if isinstance(event.fact, Extended) and clock is not None and rule is not None:
            granted = [
                part.amount
                for part in after.parts
                if part.kind is PartKind.EXTENSION and part.state is PartState.GRANTED
            ]
            assert (
                sum((each for each in granted if each), timedelta(0)) <= rule.limit * clock.budget
            )


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


def _gives(event: Event, holder: str | None) -> bool:
    fact = event.fact
    if isinstance(fact, Reworked):
        return fact.dissatisfied
    if isinstance(fact, Triaged):
        return fact.plan is not None and not fact.keeps
    if isinstance(fact, Reopened):
        return not fact.goes_on  # nothing begins anew after a refusal that was found wrong
    if fact.kind in {"tier_raised", "tier_lowered"}:
        ordered = event.command in {"raise_tier", "answer"} and event.actor.role in OFFICE
        own = {event.actor.unit, event.actor.own_unit}
        return event.command == "close" or (ordered and holder not in own)
    return isinstance(fact, GIVING)


def _left(case: Case, event: Event) -> timedelta | None:
    """Return the time that the holder has left; None while it has no running clock."""
    clock = case.clock(HOLDER)
    if clock is None or not clock.is_running:
        return None
    return clock.granted - used(clock, CALENDAR, event.at)
