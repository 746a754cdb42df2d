"""A citizen of a merged case says that it is another matter: a person is asked; silence says yes.

What follows between running workflows: tests/workflow/test_other_matters.py.
"""

from dataclasses import replace
from typing import Literal

import pytest

from domain.case.citizen.acts import PassOn, Supplement
from domain.case.commands import ENGINE, Actor, BetweenCases, Lookup, OtherCase
from domain.case.cross_case_messages import cross_case_messages
from domain.case.merging.acts import Follow, Join, Leave, Merge, StayMerged
from domain.case.merging.facts import StaysMerged
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.planning.plans import CasePlan
from domain.policy.part_rules import Default, PartKind
from domain.vocabulary import Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import PART_RULES, at
from tests.unit.rows.story import Story, only

NINE, TEN, ELEVEN = (at(f"2026-07-01 {hour}:00") for hour in ("09", "10", "11"))
NEXT_DAY = at("2026-07-02 18:00")
OTHER = Supplement(text="这是另一件事，不是那家店", other_matter=True)
ANOTHER_CASE = "2c4vb-71hxe-p0dqs"
WHAT = "street-stalls"
MERGE = Merge(into=OTHER_CASE, reason="The same stalls.")
WITHOUT = tuple(rule for rule in PART_RULES if rule.kind is not PartKind.SEPARATION)
DISPATCHER = ACTORS[Role.DISPATCHER]
KEEP = Answer(part="separation-1", granted=False, reason="同一店铺的前后门")
PART = Answer(part="separation-1", granted=True, reason="So it is.")


def there(case: str = OTHER_CASE) -> Lookup:
    return replace(LOOKUP, other=OtherCase(case, Stage.SIGNED, category=WHAT))


def follower(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned)
    story.do("sign", NINE)
    story.do(MERGE, NINE, lookup=there())
    return story


def leader(pinned: CasePlan | None = None, *, by_rule: Literal[True] | None = None) -> Story:
    """A case that two others follow."""
    story = Story(pinned)
    story.do("sign", NINE)
    for case in (OTHER_CASE, ANOTHER_CASE):
        story.do(Join(case=case, by_rule=by_rule), NINE, by=Actor(case, Role.ENGINE))
    return story


def says(story: Story, case: str = OTHER_CASE) -> None:
    act = PassOn(case=case, text=OTHER.text, other_matter=True)
    story.do(act, TEN, by=Actor(case, Role.ENGINE))


def told(story: Story) -> list[tuple[str, BetweenCases]]:
    """Return what the last act tells other cases."""
    last = story.events[-1].command_id
    now = [event for event in story.events if event.command_id == last]
    return [each for event in now for each in cross_case_messages(story.case, event)]


# --- What is asked, and of which person.


def test_what_the_citizen_says_is_told_to_the_leader() -> None:
    story = follower()
    story.do(OTHER, TEN)

    passed = PassOn(case=story.case.case_id, text=OTHER.text, other_matter=True)
    assert [(OTHER_CASE, passed)] == told(story)
    assert OTHER_CASE == story.case.other_than


def test_it_asks_the_dispatcher_of_the_leader_with_a_clock_of_its_own() -> None:
    story = leader()
    says(story)

    assert (OTHER_CASE,) == story.part("separation-1").cases
    assert at("2026-07-01 16:00") == story.due("separation-1")
    assert Refusal.WRONG_ROLE is story.refused(PART, TEN, by=ACTORS[Role.UNIT_HEAD])[0]


def test_it_asks_once_at_a_time_and_of_each_case_apart() -> None:
    story = leader()
    for case in (OTHER_CASE, OTHER_CASE, ANOTHER_CASE):
        says(story, case)

    parts = story.case.open_parts(PartKind.SEPARATION)
    assert [(OTHER_CASE,), (ANOTHER_CASE,)] == [part.cases for part in parts]


def test_the_text_is_in_one_row_alone() -> None:
    story = leader()
    says(story)

    assert [OTHER.text] == [f.text for e in story.events for f in [e.fact] if hasattr(f, "text")]


def test_said_again_after_an_answer_it_asks_again_as_often_as_the_policy_says() -> None:
    story = leader()
    for number in (1, 2):
        says(story)
        story.do(replace(KEEP, part=f"separation-{number}"), TEN)
    says(story)

    assert () == story.case.open_parts(PartKind.SEPARATION)
    says(story, ANOTHER_CASE)
    assert 1 == len(story.case.open_parts(PartKind.SEPARATION))


# --- Separated.


@pytest.mark.parametrize("silent", [False, True])
def test_granted_or_unanswered_the_case_leaves_and_goes_its_own_way(silent: bool) -> None:
    main = leader()
    says(main)
    if silent:
        main.wait(NEXT_DAY)
    else:
        main.do(PART, ELEVEN)

    assert PartState.GRANTED is main.part("separation-1").state
    assert [ANOTHER_CASE] == [case for case, _ in main.case.joined]

    [parting] = [
        act
        for event in main.events
        for to, act in cross_case_messages(main.case, event)
        if to == OTHER_CASE and isinstance(act, Follow)
    ]
    other = follower()
    other.do(OTHER, TEN)
    other.do(replace(parting, case=OTHER_CASE), ELEVEN, by=Actor(OTHER_CASE, Role.ENGINE))
    assert Stage.SIGNED is other.case.stage


def test_one_that_leaves_does_not_stop_the_rules_from_merging_others() -> None:
    story = leader(by_rule=True)
    says(story)
    story.do(PART, ELEVEN)

    assert story.case.scattered is False
    assert (ANOTHER_CASE,) == story.case.gathered


def test_silence_separates_also_where_a_policy_says_refuse_and_while_the_leader_rests() -> None:
    rules = tuple(
        replace(r, default=Default.REFUSE) if r.kind is PartKind.SEPARATION else r
        for r in PART_RULES
    )
    story = leader(plan(parts=rules))
    story.do("suspend", NINE)
    says(story)
    story.wait(NEXT_DAY)

    assert PartState.GRANTED is story.part("separation-1").state


@pytest.mark.parametrize("by", [DISPATCHER, ENGINE])
def test_neither_a_person_nor_a_rule_merges_it_into_that_case_again(by: Actor) -> None:
    story = follower()
    story.do(OTHER, TEN)
    story.do("unmerge", TEN)
    code, words = story.refused(MERGE, ELEVEN, by=by, lookup=there())

    assert Refusal.OTHER_CASE is code
    assert "link them instead" in words
    again = Merge(into=ANOTHER_CASE, reason="That one.")
    story.do(again, ELEVEN, by=by, lookup=there(ANOTHER_CASE))
    assert Stage.MERGED is story.case.stage


# --- Kept.


def test_kept_the_citizen_is_told_the_reason_and_it_ends_with_the_leader_as_before() -> None:
    main = leader()
    says(main)
    main.do(KEEP, ELEVEN)
    assert [(OTHER_CASE, StayMerged(case=main.case.case_id, reason=KEEP.reason))] == told(main)

    story = follower()
    story.do(OTHER, TEN)
    stays = story.do(StayMerged(case=OTHER_CASE, reason=KEEP.reason), ELEVEN)
    assert [StaysMerged(into=OTHER_CASE, reason=KEEP.reason)] == stays
    assert story.case.other_than is None
    story.do(ended(), NEXT_DAY)
    assert Stage.CLOSED is story.case.stage


# --- While it is not answered.


def ended() -> Follow:
    return Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Cleared.", category=WHAT)


def test_the_end_of_the_leader_is_not_the_end_of_a_case_that_waits_for_an_answer() -> None:
    main = leader()
    says(main)
    for act in ("resolve", "verify", "close"):
        main.do(act, ELEVEN)
    assert PartState.LAPSED is main.part("separation-1").state

    story = follower()
    story.do(OTHER, TEN)
    story.do(ended(), ELEVEN)
    assert Stage.SIGNED is story.case.stage


@pytest.mark.parametrize("how", [Leave(case=OTHER_CASE), "scatter"])
def test_the_question_lapses_when_the_case_has_left(how: Leave | str) -> None:
    story = leader(by_rule=True)
    says(story)
    story.do(how, ELEVEN)

    assert PartState.LAPSED is story.part("separation-1").state


# --- As before.


def test_under_a_policy_that_has_no_such_question_it_is_a_note() -> None:
    main = leader(plan(parts=WITHOUT))
    says(main)
    assert "supplemented" == main.events[-1].fact.kind

    story = follower(plan(parts=WITHOUT))
    story.do(OTHER, TEN)
    assert story.case.other_than is None
    story.do(ended(), ELEVEN)
    assert Stage.CLOSED is story.case.stage


def test_of_a_case_that_goes_its_own_way_it_is_a_text_as_any_other() -> None:
    story = Story()
    [said] = story.do(OTHER, TEN)

    assert "supplemented" == said.kind
    assert story.case.other_than is None
    assert [] == only([said], StaysMerged)
