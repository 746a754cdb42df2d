"""No case is brought to an end by merging it that its own rules would not end."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.commands import ENGINE, Actor, Lookup, OtherCase
from domain.case.cross_case_messages import cross_case_messages
from domain.case.merging.acts import Follow, Join, Merge
from domain.case.merging.facts import Unmerged
from domain.case.refusals import Refusal
from domain.planning.plans import CasePlan, Similar
from domain.reporting.indicators import case_figures
from domain.reporting.periods import Period
from domain.sla.case_clocks import CITIZEN
from domain.vocabulary import Callback, Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, give, plan
from tests.town import at
from tests.unit.rows.story import Story, only

NINE, TEN, ELEVEN = (at(f"2026-07-01 {hour}:00") for hour in ("09", "10", "11"))
YEAR = Period(at("2026-01-01 00:00"), at("2027-01-01 00:00"))
SUPERVISOR = ACTORS[Role.SUPERVISOR]
ANOTHER = Actor("hu", Role.DISPATCHER, "platform")
MERGE = Merge(into=OTHER_CASE, reason="The same stalls.")
UNHAPPY = Rate(callback=Callback.UNSATISFIED, solved=False, note="They are still there.")
WHAT = "street-stalls"
ALIKE = (Similar(OTHER_CASE, 90, "the same place and time"),)


def into(category: str | None = WHAT, stage: Stage = Stage.SIGNED) -> Lookup:
    return replace(LOOKUP, other=OtherCase(OTHER_CASE, stage, category=category))


def signed() -> Story:
    story = Story()
    story.do("sign", NINE)
    return story


def old(pinned: CasePlan) -> CasePlan:
    return replace(pinned, rules=None)


# --- The other case is a case of the same category.


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.TRIAGED])
def test_a_case_with_a_category_joins_none_without(stage: Stage) -> None:
    code, words = Story().refused(MERGE, NINE, lookup=into(None, stage))

    assert Refusal.OTHER_CASE is code
    assert "has no category yet" in words


def test_what_a_unit_has_had_joins_no_case_without_a_category() -> None:
    case = replace(Story(plan(holder=None)).case, had=("squad",))
    [answered] = give(case, MERGE, NINE, lookup=into(None)).case.answered[-1:]

    assert Refusal.OTHER_CASE is answered.refusal


@pytest.mark.parametrize("category", [WHAT, None])
def test_a_case_without_category_joins_any_that_a_rule_found_alike(category: str | None) -> None:
    story = Story(replace(plan(holder=None), similar=ALIKE))
    story.do(MERGE, NINE, lookup=into(category))

    assert Stage.MERGED is story.case.stage


def test_a_case_from_before_joins_one_without_a_category() -> None:
    story = Story(old(plan()))
    story.do(MERGE, NINE, lookup=into(None))

    assert Stage.MERGED is story.case.stage


# --- What ends at the desk ends no case that follows.


def follower(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned)
    story.do(MERGE, NINE)
    return story


def told(by: Story) -> list[Follow]:
    sent = [act for event in by.events for _, act in cross_case_messages(by.case, event)]
    return [act for act in sent if isinstance(act, Follow)]


def leader(pinned: CasePlan) -> Story:
    story = Story(pinned)
    story.do(Join(case=OTHER_CASE), NINE)
    return story


def at_the_desk(category: str | None = WHAT) -> Follow:
    told = Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Told.", by="hu", no_unit=True)
    return replace(told, category=category)


@pytest.mark.parametrize("category", [WHAT, "consult", None])
def test_what_a_unit_has_had_goes_its_own_way_when_the_leader_ends_at_the_desk(
    category: str | None,
) -> None:
    story = follower()
    story.do(at_the_desk(category), TEN)

    assert Stage.DISPATCHED is story.case.stage


def test_what_no_unit_has_had_ends_with_a_leader_of_its_category_at_the_desk() -> None:
    story = follower(replace(plan(holder=None), category=WHAT))
    story.do(at_the_desk(), TEN)

    assert Stage.CLOSED is story.case.stage


@pytest.mark.parametrize("category", ["consult", None])
def test_what_has_no_category_goes_its_own_way_when_the_leader_ends_at_the_desk(
    category: str | None,
) -> None:
    story = follower(replace(plan(holder=None), similar=ALIKE))
    story.do(at_the_desk(category), TEN)

    assert Stage.RECEIVED is story.case.stage


def test_no_case_ends_with_the_refusal_of_another() -> None:
    story = follower(replace(plan(holder=None), category=WHAT))
    story.do(replace(at_the_desk(), stage=Stage.REFUSED), TEN)

    assert Stage.RECEIVED is story.case.stage


def test_a_leader_that_is_settled_says_that_no_unit_resolved_it_and_what_it_was() -> None:
    story = leader(replace(plan(holder=None), consult=True, category="consult"))
    story.do("settle", TEN)

    assert [(True, "consult")] == [(act.no_unit, act.category) for act in told(story)]


def test_a_leader_that_ended_before_it_was_joined_says_the_same() -> None:
    story = Story(replace(plan(holder=None), consult=True, category="consult"))
    story.do("settle", NINE)
    story.refused(Join(case=OTHER_CASE), TEN)

    [act] = told(story)
    assert False is act.joined
    assert True is act.no_unit
    assert "consult" == act.category


def test_a_leader_that_a_unit_resolved_says_so() -> None:
    story = leader(plan())
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, TEN)

    assert [None] == [act.no_unit for act in told(story)]


def resolved_as(category: str) -> Follow:
    return Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Cleared.", category=category)


@pytest.mark.parametrize(("category", "stage"), [(WHAT, Stage.CLOSED), ("noise", Stage.DISPATCHED)])
def test_a_case_ends_with_no_leader_that_became_another_matter(category: str, stage: Stage) -> None:
    story = follower()
    story.do(resolved_as(category), TEN)

    assert stage is story.case.stage


def test_a_follower_from_before_ends_with_a_leader_at_the_desk() -> None:
    story = follower(old(plan()))
    story.do(at_the_desk(None), TEN)

    assert Stage.CLOSED is story.case.stage


# --- What a citizen says while the case follows another.


@pytest.mark.parametrize("role", [Role.REPORTER, Role.HOTLINE])
def test_a_case_whose_citizen_is_not_satisfied_goes_its_own_way_when_the_leader_ends(
    role: Role,
) -> None:
    story = signed()
    story.do(MERGE, NINE)
    story.do(UNHAPPY, TEN, by=ACTORS[role])
    story.do(resolved_as(WHAT), ELEVEN)

    assert Stage.SIGNED is story.case.stage


def test_a_citizen_who_is_content_after_all_lets_the_case_end_with_the_leader() -> None:
    story = signed()
    story.do(MERGE, NINE)
    story.do(UNHAPPY, TEN, by=ACTORS[Role.REPORTER])
    story.do(Rate(callback=Callback.SATISFIED), TEN, by=ACTORS[Role.REPORTER])
    story.do(resolved_as(WHAT), ELEVEN)

    assert Stage.CLOSED is story.case.stage


def test_the_hotline_does_not_take_back_what_the_citizen_has_said() -> None:
    story = signed()
    story.do(MERGE, NINE)
    story.do(UNHAPPY, TEN, by=ACTORS[Role.REPORTER])
    story.do(Rate(callback=Callback.SATISFIED), TEN, by=ACTORS[Role.HOTLINE])
    story.do(resolved_as(WHAT), ELEVEN)

    assert Stage.SIGNED is story.case.stage


# --- One person who separates what a rule merged gains the holder no time.


@pytest.mark.parametrize(("story", "ran_on"), [(signed, True), (Story, None)])
def test_what_a_rule_merged_and_one_person_separates_has_run_on_if_it_was_signed(
    story: Callable[[], Story], ran_on: bool | None
) -> None:
    merged = story()
    merged.do(MERGE, TEN, by=ENGINE)
    [fact] = only(merged.do("unmerge", at("2026-07-02 10:00"), by=ANOTHER), Unmerged)

    assert fact.ran_on is ran_on


def test_who_scatters_is_told_to_those_that_followed() -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE, by_rule=True), NINE)
    story.do("scatter", TEN)

    assert ["wang"] == [act.by for act in told(story)]


# --- A promise that is broken while the case follows another is a fact at its moment.


def test_a_promise_that_is_broken_while_the_case_is_merged_counts_at_once() -> None:
    story = Story()
    promised = story.due(CITIZEN)
    story.do(MERGE, NINE)
    story.wait(at("2026-07-13 18:00"))

    assert [promised] == [miss.due_at for miss in story.case.misses]
    found = case_figures(story.events, YEAR)
    assert found is not None
    assert 1 == found.closing.late
    assert Stage.MERGED is story.case.stage
