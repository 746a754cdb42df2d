"""A case that others join keeps the earliest limits of all, and two people in turn gain no time."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.cross_case_messages import cross_case_messages
from domain.case.dispatch.acts import Dispatch
from domain.case.escalation.facts import DeadlineMissed
from domain.case.followers import capped_by
from domain.case.merging.acts import Join, Leave, Unmerge
from domain.case.merging.facts import Joined, Unmerged
from domain.planning.plans import RULES
from domain.sla.case_clocks import FIRST, HOLDER, SAFE, SIGN
from domain.sla.explanations import explain
from domain.vocabulary import Role
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, complaint, plan
from tests.town import CALENDAR, OPENED, at, hours
from tests.unit.rows.story import Story, only

EIGHT, NINE, TEN = (at(f"2026-07-01 {hour}:00") for hour in ("08", "09", "10"))
OTHER_SIGN, OTHER_FIRST = at("2026-07-01 12:00"), at("2026-07-01 18:00")
OTHER_HOLDER = at("2026-07-07 18:00")
ANOTHER = replace(ACTORS[Role.DISPATCHER], id="hu")


def older(*, signed: bool = False, rules: int = RULES) -> Join:
    """What a case says that was filed an hour before, and has merged."""
    story = Story(replace(plan(), rules=rules), EIGHT)
    if signed:
        story.do("sign", NINE)
    story.do("merge", TEN)
    sent = [act for event in story.events for _, act in cross_case_messages(story.case, event)]
    [join] = [act for act in sent if isinstance(act, Join)]
    return replace(join, case=OTHER_CASE)


def newer(rules: int = RULES) -> Story:
    about = complaint(reported_at=NINE)
    return Story(replace(plan(about), rules=rules), NINE)


def dues(story: Story) -> dict[str, datetime | None]:
    return {id_: story.due(id_) for id_ in (SIGN, FIRST, HOLDER)}


def test_the_leader_keeps_the_earlier_limits_of_a_case_that_joins_it() -> None:
    story = newer()
    story.do(older(), TEN)

    assert dues(story) == {SIGN: OTHER_SIGN, FIRST: OTHER_FIRST, HOLDER: OTHER_HOLDER}


def test_so_does_the_limit_of_a_danger() -> None:
    story = newer()
    story.do(Join(case=OTHER_CASE, dues=((SAFE, TEN),), unit="squad"), TEN)

    assert story.case.clock(SAFE) is None  # it has no such clock, so none is shortened
    assert story.case.joined_dues == ()


def test_what_the_other_unit_has_signed_is_signed_there_alone() -> None:
    story = newer()
    before = story.due(SIGN)
    story.do(older(signed=True), TEN)

    assert story.due(SIGN) == before
    assert story.due(HOLDER) == OTHER_HOLDER


def test_a_later_limit_changes_nothing() -> None:
    story, join = newer(), Join(case=OTHER_CASE, dues=((HOLDER, at("2026-08-07 18:00")),))
    before = dues(story)
    [fact] = only(story.do(join, TEN), Joined)

    assert fact.dues is None
    assert dues(story) == before


def test_a_limit_that_is_past_is_none_of_the_leader() -> None:
    story = newer()
    before = dues(story)
    story.do(Join(case=OTHER_CASE, dues=((SIGN, NINE), (HOLDER, NINE))), TEN)

    assert dues(story) == before


@pytest.mark.parametrize("goes", [Leave(case=OTHER_CASE), "scatter"])
def test_a_case_that_leaves_takes_its_limits_along(goes: Leave | str) -> None:
    story = newer()
    before = dues(story)
    story.do(replace(older(), by_rule=True), TEN)
    story.do(goes, TEN)

    assert dues(story) == before
    assert story.case.joined_dues == ()


def test_a_limit_that_passes_is_a_miss_of_the_case_in_which_it_was_set() -> None:
    story = newer()
    own = story.due(HOLDER)
    story.do(older(signed=True), TEN)
    story.do("sign", TEN)
    story.do("progress", TEN)
    facts = story.wait(at("2026-07-08 08:00"))

    [missed] = [fact for fact in only(facts, DeadlineMissed) if fact.clock == HOLDER]
    assert missed.of == OTHER_CASE
    assert missed.due_at == OTHER_HOLDER
    assert story.due(HOLDER) == own
    assert story.case.miss(HOLDER) is None


def test_a_unit_that_gets_the_leader_first_has_what_was_left_of_the_other() -> None:
    story = Story(replace(plan(), holder=None), NINE)
    story.do(older(), TEN)
    story.do("triage", TEN)
    if story.case.holder is None:
        story.do(Dispatch(unit="squad", reason="Theirs."), TEN)

    assert story.case.holder == "squad"
    assert story.due(HOLDER) == OTHER_HOLDER


def test_another_unit_has_its_own_time() -> None:
    story = Story(replace(plan(), holder=None), NINE)
    story.do(replace(older(), unit="water"), TEN)
    story.do("triage", TEN)

    assert (story.due(HOLDER) or NINE) > OTHER_HOLDER


def test_the_explanation_names_the_case_and_no_superior() -> None:
    story = newer()
    story.do(older(), TEN)
    clock = story.clock(HOLDER)
    words = explain(clock, CALENDAR, capped_by(story.case, clock)).sentence

    assert f"but no later than {OTHER_CASE}, which follows this case" in words
    assert "superior" not in words


def test_a_running_case_joins_and_is_joined_as_before() -> None:
    story = newer(rules=2)
    before = dues(story)
    story.do(older(), TEN)

    assert older(rules=2).dues is None
    assert dues(story) == before


@pytest.mark.parametrize(("rules", "gained"), [(3, False), (2, True)])
def test_two_people_who_merge_and_separate_in_turn_give_a_unit_no_time(
    rules: int, *, gained: bool
) -> None:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", OPENED)
    before = story.due(HOLDER)
    for day in ("02", "03", "06"):
        story.do("merge", at(f"2026-07-{day} 09:00"))
        story.do(Unmerge(reason="Other stalls."), at(f"2026-07-{day} 17:00"), by=ANOTHER)

    assert (story.due(HOLDER) != before) is gained


def test_what_no_unit_has_signed_stands_still_for_another_person() -> None:
    story = Story()
    story.do("merge", NINE)
    [fact] = only(story.do(Unmerge(reason="Other."), NINE + hours(1), by=ANOTHER), Unmerged)

    assert fact.ran_on is None
