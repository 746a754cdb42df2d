"""A person merges cases of one place; a reason alone makes two places no one matter."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.commands import ENGINE, Actor, Lookup, OtherCase
from domain.case.merging.acts import Link, Merge
from domain.case.refusals import Refusal
from domain.complaints import Place
from domain.planning.plans import Similar
from domain.vocabulary import Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE = at("2026-07-01 09:00")
SUPERVISOR = ACTORS[Role.SUPERVISOR]
ANOTHER = Actor("hu", Role.DISPATCHER, "platform")
MERGE = Merge(into=OTHER_CASE, reason="The same stalls.")
WHAT = "street-stalls"
SPOT = "文化路12号"
AT = Place(address="文化路 12 号")


def there(grid: str | None, spot: str | None = None) -> Lookup:
    other = OtherCase(OTHER_CASE, Stage.SIGNED, category=WHAT, grid=grid, spot=spot)
    return replace(LOOKUP, other=other)


def here(grid: str | None, **changes: Any) -> Story:
    pinned = plan()
    about = replace(pinned.complaint, place=AT)
    return Story(replace(pinned, complaint=about, grid=grid, **changes))


@pytest.mark.parametrize("spot", [None, "文化路13号"])
@pytest.mark.parametrize("by", [SUPERVISOR, ANOTHER])
def test_a_person_merges_no_case_of_another_grid_for_a_reason_alone(
    by: Actor, spot: str | None
) -> None:
    story = here("G05")
    story.do(Link(to=OTHER_CASE, reason="同一件事"), NINE, by=by)
    act = Merge(into=OTHER_CASE, reason="同一件事")
    code, words = story.refused(act, NINE, by=by, lookup=there("G06", spot))

    assert Refusal.OTHER_CASE is code
    assert "is in grid G06, and this one in G05" in words
    assert "link them instead" in words


@pytest.mark.parametrize(
    ("story", "lookup"),
    [
        (here("G05"), there("G05")),
        (here("G05"), there(None)),
        (here(None), there("G06")),
        (here("G05"), there("G06", SPOT)),
        (here("G05", similar=(Similar(OTHER_CASE, 80, "alike"),)), there("G06")),
        (here("G05", rules=2), there("G06")),
    ],
    ids=["one grid", "none there", "none here", "one spot", "found alike", "rules 2"],
)
def test_a_person_merges_a_case_that_may_be_of_the_same_place(story: Story, lookup: Lookup) -> None:
    story.do(MERGE, NINE, lookup=lookup)

    assert Stage.MERGED is story.case.stage


def test_a_rule_merges_cases_of_two_grids() -> None:
    story = here("G05")
    story.do(MERGE, NINE, by=ENGINE, lookup=there("G06"))

    assert Stage.MERGED is story.case.stage
