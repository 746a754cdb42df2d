"""What a rule merges does not vanish in a case for which the unit has more time."""

from dataclasses import replace

import pytest

from domain.case.commands import ENGINE, Actor
from domain.case.cross_case_messages import cross_case_messages
from domain.case.merging.acts import Join, Merge
from domain.case.refusals import Refusal
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import Measure
from domain.vocabulary import Role, Tier
from tests.acts import OTHER_CASE
from tests.builders import plan
from tests.town import at, hours
from tests.unit.rows.story import Story
from tests.unit.rows.test_merging_not_dodged import into

TEN = at("2026-07-01 10:00")
OF_OTHER = Actor(OTHER_CASE, Role.ENGINE)
SHORT = Join(
    case=OTHER_CASE, by_rule=True, tier=Tier.ASSIGN, limit=hours(16), measure=Measure.WORKING
)


def test_a_case_with_a_shorter_limit_does_not_join_by_rule() -> None:
    code, words = Story().refused(SHORT, TEN, by=OF_OTHER)

    assert Refusal.OTHER_CASE is code
    assert "a unit has 16 h of working time" in words
    assert "it goes its own way" in words


@pytest.mark.parametrize(
    ("story", "join"),
    [
        (Story(), replace(SHORT, limit=hours(40))),
        (Story(), replace(SHORT, limit=hours(120), measure=Measure.CONTINUOUS)),
        (Story(), replace(SHORT, limit=None, measure=None)),
        (Story(), replace(SHORT, by_rule=None)),
        (Story(replace(plan(), rules=2)), SHORT),
    ],
    ids=["as long", "by day and by night", "not known", "by a person", "rules 2"],
)
def test_other_cases_join_as_before(story: Story, join: Join) -> None:
    story.do(join, TEN, by=OF_OTHER)

    assert [OTHER_CASE] == [case for case, _ in story.case.joined]


def test_limits_are_compared_in_the_tier_of_the_case_that_joins() -> None:
    """Repetition has raised the first one, where the time is longer for all."""
    story = Story()
    story.do("raise_tier", TEN)
    story.do(replace(SHORT, limit=hours(40)), TEN, by=OF_OTHER)

    assert [OTHER_CASE] == [case for case, _ in story.case.joined]


def joins(pinned: CasePlan) -> Join:
    story = Story(pinned)
    story.do(Merge(into=OTHER_CASE, reason="The same."), TEN, by=ENGINE, lookup=into())
    [(_, act)] = cross_case_messages(story.case, story.events[-1])
    if not isinstance(act, Join):
        raise TypeError(act)
    return act


def test_a_case_says_how_long_its_unit_has_and_one_of_before_does_not() -> None:
    spec = plan().spec(Tier.ASSIGN, HOLDER)
    today, before = joins(plan()), joins(replace(plan(), rules=2))

    assert spec is not None
    assert today.limit == spec.budget
    assert today.measure is spec.measure
    assert before.limit is None
