"""A second return is for a ruling, which settles for good who handles the case."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.decide import Decision
from domain.case.parts.facts import PartOpened
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage, Tier
from tests.builders import ACTORS, WATER_HANDLER, give
from tests.unit.test_decisions_dispatch import DISPATCHED_AT, YES, at_water, refusal


def ruled(*, granted: bool, unit: str | None = None) -> Decision:
    """The water bureau has asked to return it as well, and a supervisor has answered."""
    case = give(at_water(), "return", DISPATCHED_AT, by=WATER_HANDLER).case
    answer = Answer(part="ruling-1", granted=granted, reason="By the list.", unit=unit)
    return give(case, answer, DISPATCHED_AT, by=ACTORS[Role.SUPERVISOR])


def test_a_second_return_asks_for_a_ruling_whoever_asks() -> None:
    decision = give(at_water(), "return", DISPATCHED_AT, by=WATER_HANDLER)
    [event] = decision.events

    assert isinstance(event.fact, PartOpened)
    assert "ruling-1" == event.fact.part
    assert PartKind.RULING == event.fact.what
    assert "water" == decision.case.holder
    assert Stage.DISPATCHED == decision.case.stage
    assert 2 == decision.case.returns


def test_a_ruling_is_not_for_the_dispatcher() -> None:
    case = give(at_water(), "return", DISPATCHED_AT, by=WATER_HANDLER).case
    decision = give(case, replace(YES, part="ruling-1"), DISPATCHED_AT)

    assert Refusal.WRONG_ROLE is refusal(decision)


@pytest.mark.parametrize(
    ("granted", "named", "unit"),
    [
        (True, "squad", "squad"),
        (False, None, "water"),  # whoever has it keeps it
        (False, "squad", "squad"),
    ],
)
def test_a_ruling_designates_a_unit_which_cannot_return_it(
    granted: bool, named: str | None, unit: str
) -> None:
    case = ruled(granted=granted, unit=named).case
    holder = Actor("somebody", Role.HANDLER, unit)

    assert unit == case.holder
    assert case.designated is True
    assert Tier.ASSIGN == case.tier
    assert Refusal.DESIGNATED is refusal(give(case, "return", DISPATCHED_AT, by=holder))


def test_a_dispute_that_a_ruling_settles_for_nobody_is_the_leading_groups() -> None:
    case = ruled(granted=True).case

    assert Tier.SUPERVISE == case.tier
    assert "office" == case.holder
    assert Stage.DISPATCHED == case.stage


def test_there_is_no_third_return() -> None:
    case = ruled(granted=True).case
    office = Actor("ke", Role.HANDLER, "office")
    decision = give(case, "return", DISPATCHED_AT, by=office, id_="third")

    assert Refusal.RETURN_EXHAUSTED is refusal(decision)
