"""Between any two policies: nothing is left out, nothing invented, and the way back is the same."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.policy.diffs import ChangeKind, diff
from domain.policy.model import Policy, TierRule, Unit
from domain.vocabulary import Tier
from runtime.policy_lines import line
from schemas.packs.content import content_of
from tests.town import ZONE
from tests.unit.test_policy_diffs import packed

UNITS = tuple(Unit(id_, name, name) for id_ in ("a", "b", "c") for name in ("one", "two"))
RULES = tuple(TierRule(id_, "always", tier) for id_ in ("x", "y", "z") for tier in Tier)
DAYS = tuple((date(2027, 1, day), spans) for day in (1, 2, 3) for spans in ((), ((480, 720),)))


def chosen(pool: tuple[Any, ...], name: Callable[[Any], object]) -> st.SearchStrategy[Any]:
    """Entries of the pool in any order, each name once."""
    return st.lists(st.sampled_from(pool), unique_by=name, max_size=3).map(tuple)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    whole = packed()
    days = draw(chosen(DAYS, lambda day: day[0]).map(lambda days: tuple(sorted(days))))
    rungs = draw(chosen(whole.ladders[0].rungs + whole.ladders[1].rungs, lambda rung: rung.id))
    level = draw(st.sampled_from(whole.levels))
    limits = draw(chosen(level.limits, lambda limit: limit.clock))
    return replace(
        whole,
        hash="",
        office=draw(st.sampled_from(("office", "desk"))),
        units=draw(chosen(UNITS, lambda unit: unit.id)),
        tier_rules=draw(chosen(RULES, lambda rule: rule.id)),
        ladders=(replace(whole.ladders[0], rungs=rungs),),
        levels=(replace(level, limits=limits),),
        calendar=replace(whole.calendar, exceptions=days),
    )


@given(policies(), policies())
def test_nothing_changed_exactly_when_both_say_the_same(before: Policy, after: Policy) -> None:
    assert (diff(before, after) == ()) == (content_of(before) == content_of(after))


@given(policies(), policies())
def test_the_way_back_is_the_same_changes_turned_round(before: Policy, after: Policy) -> None:
    turned = {
        ChangeKind.ADDED: ChangeKind.REMOVED,
        ChangeKind.REMOVED: ChangeKind.ADDED,
        ChangeKind.CHANGED: ChangeKind.CHANGED,
    }
    back = [
        replace(change, kind=turned[change.kind], before=change.after, after=change.before)
        for change in diff(after, before)
    ]

    # Whether an added rule pushed others aside depends on the direction.
    assert Counter(each for each in back if each.field.split()[-1:] != ["order"]) == Counter(
        each for each in diff(before, after) if each.field.split()[-1:] != ["order"]
    )


@given(policies(), policies())
def test_every_change_can_be_told_in_one_line_that_names_where(
    before: Policy, after: Policy
) -> None:
    for change in diff(before, after):
        told = line(change, ZoneInfo(ZONE))
        assert told.startswith(change.section)
        assert "\n" not in told
