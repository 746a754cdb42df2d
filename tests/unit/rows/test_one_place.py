"""A person merges cases of one place; a reason alone makes two places no one matter."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.commands import ENGINE, Actor, Lookup, OtherCase
from domain.case.cross_case_messages import cross_case_messages
from domain.case.merging.acts import Join, Link, Merge
from domain.case.refusals import Refusal
from domain.complaints import Place
from domain.planning.grids import BY_PERSON
from domain.planning.plans import GRID, Choice, Similar
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


# --- What is in no grid, and what a person has placed elsewhere since.

POINT = Place(longitude_e6=120_700_000, latitude_e6=30_800_000)
NAMED = (Choice(GRID, "G06", BY_PERSON),)
JOIN = Join(case=OTHER_CASE, elsewhere=("G06", "文化路13号"))


def moved(grid: str | None = "G05", place: Place = AT, rules: int = 3) -> Story:
    """A case reported in `grid`, that a person has said is in G06."""
    pinned = plan()
    about = replace(pinned.complaint, place=replace(place, grid=grid))
    return Story(replace(pinned, complaint=about, grid="G06", choices=NAMED, rules=rules))


@pytest.mark.parametrize(
    ("story", "lookup"),
    [
        (here(None), there("G06", "文化路13号")),
        (here("G05"), there(None, "文化路13号")),
        (here(None), there(None, "文化路13号")),
        (moved(), there("G06")),
        (
            moved(None, Place(longitude_e6=120_700_000, latitude_e6=30_800_000)),
            there("G06", "@1,2"),
        ),
    ],
    ids=["none here", "none there", "none at all", "moved to it", "a point moved to it"],
)
def test_a_grid_that_is_missing_or_named_later_makes_two_places_no_one(
    story: Story, lookup: Lookup
) -> None:
    code, words = story.refused(MERGE, NINE, lookup=lookup)

    assert Refusal.OTHER_CASE is code
    assert "link them instead" in words


@pytest.mark.parametrize(
    ("story", "lookup"),
    [
        (here(None), there(None, "@120700,30800")),
        (moved(), there("G06", SPOT)),
        (moved(None), there("G06", "文化路13号")),
        (moved(rules=2), there("G06")),
    ],
    ids=["a point and an address", "one spot", "reported without a place", "rules 2"],
)
def test_what_may_be_one_place_is_merged(story: Story, lookup: Lookup) -> None:
    story.do(MERGE, NINE, lookup=lookup)

    assert Stage.MERGED is story.case.stage


def test_a_case_that_a_person_has_placed_elsewhere_lets_none_from_there_join() -> None:
    code, words = moved().refused(JOIN, NINE)

    assert Refusal.OTHER_CASE is code
    assert "is in grid G06, and this one in G05" in words


@pytest.mark.parametrize(
    ("story", "join"),
    [
        (here("G05"), JOIN),  # compared by the person who merged it
        (moved(), replace(JOIN, by_rule=True)),
        (moved(), replace(JOIN, elsewhere=None)),
        (moved(), replace(JOIN, elsewhere=("G05", None))),
        (moved(rules=2), JOIN),
    ],
    ids=["not moved", "by a rule", "alike", "from where it came", "rules 2"],
)
def test_other_cases_join_as_before(story: Story, join: Join) -> None:
    story.do(join, NINE)

    assert OTHER_CASE in dict(story.case.joined)


def test_a_case_that_merges_says_where_it_was_reported() -> None:
    story = moved()
    story.do(MERGE, NINE, lookup=there("G05"))
    [(_, told)] = cross_case_messages(story.case, story.events[-1])

    assert isinstance(told, Join)
    assert ("G05", SPOT) == told.elsewhere
