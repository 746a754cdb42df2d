"""What came from a superior is taken back by its own system, not by one that hands it on."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.refusals import Refusal
from domain.complaints import SuperiorOrder
from domain.planning.planner import plan as planned
from domain.planning.plans import RULES, CasePlan
from domain.policy.sources import ActingRule, SourceRule
from domain.vocabulary import Channel, Role, Stage
from tests.builders import ACTORS
from tests.unit.rows.story import Story
from tests.unit.triages import NINE, TOWN, complaint

ORDER = SuperiorOrder("2026-13", "district-guidance")
BACK = Withdraw(reason="The caller said so.")
REPORTER = ACTORS[Role.REPORTER]
EVERY = tuple(Channel)
HOTLINE = SourceRule("/test", EVERY, ActingRule((Role.DISPATCHER, Role.HOTLINE), (), ("seat-*",)))
OFFICE = SourceRule("/test", EVERY, ActingRule((Role.SUPERIOR,)))
OTHERS = SourceRule("/test", EVERY, ActingRule((Role.SUPERIOR,), ("platform",)))


def sent(
    *rules: SourceRule, order: SuperiorOrder | None = ORDER, channel: Channel = Channel.SUPERIOR
) -> CasePlan:
    about = complaint(category="wages", channel=channel, superior=order)
    return planned(replace(TOWN, sources=rules), about)


@pytest.mark.parametrize("order", [ORDER, None], ids=["with an order", "by the channel alone"])
@pytest.mark.parametrize("rule", [HOTLINE, OTHERS, SourceRule("/test", EVERY)])
def test_no_source_takes_back_what_it_only_hands_on(
    rule: SourceRule, order: SuperiorOrder | None
) -> None:
    story = Story(sent(rule, order=order), NINE)
    code, words = story.refused(BACK, NINE, by=REPORTER)

    assert Refusal.OUTSIDE_OUR_POWER is code
    assert "the superior's own system takes it back" in words


def test_an_order_that_came_by_the_hotline_is_none_of_its_citizens() -> None:
    story = Story(sent(HOTLINE, channel=Channel.HOTLINE), NINE)

    assert Refusal.OUTSIDE_OUR_POWER is story.refused(BACK, NINE, by=REPORTER)[0]


@pytest.mark.parametrize("rules", [(OFFICE,), ()], ids=["its own system", "no sources.yaml"])
def test_a_superiors_own_system_takes_its_order_back(rules: tuple[SourceRule, ...]) -> None:
    story = Story(sent(*rules), NINE)
    story.do(BACK, NINE, by=REPORTER)

    assert Stage.WITHDRAWN is story.case.stage


def test_what_a_citizen_reported_is_taken_back_as_before() -> None:
    story = Story(sent(HOTLINE, order=None, channel=Channel.HOTLINE), NINE)
    story.do(BACK, NINE, by=REPORTER)

    assert Stage.WITHDRAWN is story.case.stage


def test_a_running_order_is_taken_back_by_its_source_as_before() -> None:
    assert RULES > 2
    story = Story(replace(sent(HOTLINE), rules=2), NINE)
    story.do(BACK, NINE, by=REPORTER)

    assert Stage.WITHDRAWN is story.case.stage
