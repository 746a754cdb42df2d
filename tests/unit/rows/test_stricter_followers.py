"""No case follows one that is handled less strictly, not by a rule either."""

from dataclasses import replace
from typing import Literal

import pytest

from domain.case.commands import ENGINE, OtherCase
from domain.case.cross_case_messages import cross_case_messages
from domain.case.merging.acts import Follow, Join
from domain.case.merging.facts import Unmerged
from domain.case.refusals import Refusal
from domain.planning.plans import Similar
from domain.planning.strictness import Strictness
from domain.vocabulary import Stage, Tier, Urgency
from tests.acts import OTHER_CASE
from tests.builders import LOOKUP, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story, only

NINE = at("2026-07-01 09:00")
STRICTER = [(Tier.SUPERVISE, Urgency.NORMAL), (Tier.ASSIGN, Urgency.URGENT)]
NOT_STRICTER = [(Tier.ASSIGN, Urgency.NORMAL), (Tier.DIRECT, Urgency.COMPLEX), (None, None)]


@pytest.mark.parametrize(("tier", "urgency"), STRICTER)
@pytest.mark.parametrize("by_rule", [True, None])
def test_a_case_is_not_joined_by_a_stricter_one(
    tier: Tier, urgency: Urgency, by_rule: Literal[True] | None
) -> None:
    story = Story()
    join = Join(case=OTHER_CASE, by_rule=by_rule, tier=tier, urgency=urgency)
    code, words = story.refused(join, NINE)
    told = [act for event in story.events for _, act in cross_case_messages(story.case, event)]

    assert Refusal.OTHER_CASE is code
    assert "goes its own way" in words
    assert not story.case.joined
    assert [(None, False)] == [(act.stage, act.joined) for act in told if isinstance(act, Follow)]


def test_a_case_is_joined_by_one_of_its_category_whatever_tier_its_repetition_gave_it() -> None:
    """The third report within thirty days is supervised; the first one stands for all of them."""
    story = Story()
    join = Join(
        case=OTHER_CASE, by_rule=True, tier=Tier.SUPERVISE, category=story.case.plan.category
    )
    story.do(join, NINE)
    sooner = replace(join, case="2c4vb-71hxe-p0dqs", urgency=Urgency.URGENT)

    assert [OTHER_CASE] == [other for other, _ in story.case.joined]
    assert Refusal.OTHER_CASE is story.refused(sooner, NINE)[0]


@pytest.mark.parametrize(("tier", "urgency"), NOT_STRICTER)
def test_a_case_is_joined_by_one_that_is_not_stricter(
    tier: Tier | None, urgency: Urgency | None
) -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE, by_rule=True, tier=tier, urgency=urgency), NINE)

    assert [OTHER_CASE] == [other for other, _ in story.case.joined]


def test_a_case_that_a_rule_merged_and_that_was_not_joined_goes_its_own_way() -> None:
    story = Story()
    story.do("merge", NINE, by=ENGINE)
    end = Follow(case=OTHER_CASE, stage=None, result="It is stricter.", joined=False)
    [fact] = only(story.do(end, NINE), Unmerged)

    assert Stage.DISPATCHED is story.case.stage
    assert "It is stricter." == fact.reason


@pytest.mark.parametrize(
    ("tier", "urgency"), [(Tier.DIRECT, Urgency.NORMAL), (Tier.ASSIGN, Urgency.COMPLEX)]
)
def test_a_rule_merges_no_case_into_one_that_is_handled_less_strictly(
    tier: Tier, urgency: Urgency
) -> None:
    other = OtherCase(OTHER_CASE, Stage.SIGNED, tier=tier, urgency=urgency)
    story = Story()
    code, _ = story.refused("merge", NINE, by=ENGINE, lookup=replace(LOOKUP, other=other))

    assert Refusal.OTHER_CASE is code


def test_a_case_says_how_strictly_it_is_handled_when_it_joins() -> None:
    story = Story(plan(complaint(urgency=Urgency.URGENT)))
    story.do("merge", NINE)
    [(_, told)] = cross_case_messages(story.case, story.events[-1])

    assert isinstance(told, Join)
    assert Strictness(told.tier, told.urgency) == Strictness(Tier.ASSIGN, Urgency.URGENT)


def test_what_is_only_assumed_without_a_category_is_not_said() -> None:
    alike = (Similar(OTHER_CASE, 90, "the same place and time"),)
    story = Story(replace(plan(holder=None), similar=alike))
    story.do("merge", NINE)
    [(_, told)] = cross_case_messages(story.case, story.events[-1])

    assert isinstance(told, Join)
    assert Strictness(told.tier, told.urgency) == Strictness()


def test_a_case_from_before_is_joined_by_any() -> None:
    story = Story(replace(plan(), rules=None))
    story.do(Join(case=OTHER_CASE, tier=Tier.SUPERVISE, urgency=Urgency.CRITICAL), NINE)

    assert [OTHER_CASE] == [other for other, _ in story.case.joined]
