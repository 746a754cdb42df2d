"""A person who names the category lets the rule on repeats speak as it does on arrival."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest
from typing_extensions import override

from activities.lookups import LookupActivities
from domain.case.registration.acts import Triage
from domain.complaints import Place
from domain.planning.planner import plan as planned
from domain.planning.plans import RULES, CasePlan
from domain.planning.tier_rules import REPEATS
from domain.policy.model import Policy, TierRule
from domain.vocabulary import Tier
from schemas.case import Question
from schemas.intake import Spot
from tests.unit.triages import NINE, complaint, every_pack
from tests.workflow.fakes import TownDesk


@dataclass
class Counting(TownDesk):
    """A town in which some cases came before; it remembers what it was asked."""

    asked: list[Spot] = field(default_factory=list)

    @override
    async def repeats(self, spot: Spot) -> int:
        self.asked.append(spot)
        return await super().repeats(spot)


def rule_of(policy: Policy) -> TierRule:
    [rule] = [each for each in policy.tier_rules if each.when == REPEATS]
    return rule


def named(policy: Policy, desk: Counting, place: Place, rules: int = RULES) -> CasePlan:
    """Return the plan after a person has named the category of a complaint without one."""
    about = replace(complaint(policy, category=None), place=place)
    old = replace(planned(policy, about), rules=rules)
    ask = Question(
        tenant=policy.tenant, at=NINE, plan=old, triage=Triage(category=_class_of(policy))
    )
    found = asyncio.run(LookupActivities(desk).look_up(ask)).plan
    assert found is not None
    return found


def _class_of(policy: Policy) -> str:
    """Return a category that a first complaint of the kind does not bring to supervise."""
    plans = (planned(policy, complaint(policy, category=each.id)) for each in policy.categories)
    usual = (each.category for each in plans if each.tier is Tier.ASSIGN)
    return next(category for category in usual if category is not None)


def desk_of(policy: Policy, earlier: int) -> Counting:
    return Counting(policies={policy.hash: policy}, earlier=earlier)


HERE = Place(address="人民路 12 号")


@every_pack
def test_one_too_many_of_a_spot_is_raised_also_when_a_person_names_it(policy: Policy) -> None:
    rule = rule_of(policy)
    few, many = (desk_of(policy, rule.at_least - less) for less in (2, 1))

    assert Tier.ASSIGN is named(policy, few, HERE).tier
    assert rule.tier is named(policy, many, HERE).tier
    assert rule.tier is Tier.SUPERVISE


@every_pack
def test_earlier_cases_are_counted_before_the_report(policy: Policy) -> None:
    desk, within = desk_of(policy, 0), rule_of(policy).within
    named(policy, desk, HERE)
    [spot] = desk.asked

    assert within is not None
    assert NINE - within == spot.since
    assert _class_of(policy) in spot.categories


@every_pack
@pytest.mark.parametrize(("place", "rules"), [(Place(), RULES), (HERE, 2)])
def test_without_a_spot_and_in_running_cases_none_are_counted(
    policy: Policy, place: Place, rules: int
) -> None:
    desk = desk_of(policy, 9)

    assert Tier.ASSIGN is named(policy, desk, place, rules).tier
    assert [] == desk.asked
