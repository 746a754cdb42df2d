"""What has begun is not ended by merging or withdrawing a case."""

from dataclasses import replace
from typing import Literal

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.commands import Lookup, OtherCase
from domain.case.cross_case_messages import cross_case_messages
from domain.case.merging.acts import Follow, Join
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.policy.part_rules import PartKind
from domain.vocabulary import Channel, Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, complaint, give, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
LATE = at("2026-07-20 08:00")
WITHDRAW = Withdraw(reason="Solved by itself.")
TOWN = [Role.DISPATCHER, Role.HOTLINE]


def signed() -> Story:
    story = Story()
    story.do("sign", NINE)
    return story


def with_open(kind: PartKind) -> Case:
    left = Part("left-1", kind, PartState.OPEN, ACTORS[Role.SUPERVISOR])
    case = signed().case
    return replace(case, parts=(*case.parts, left))


@pytest.mark.parametrize("kind", [PartKind.INQUIRY, PartKind.PENALTY])
@pytest.mark.parametrize("role", [Role.REPORTER, *TOWN])
def test_a_case_is_not_withdrawn_from_an_inquiry_or_a_penalty(kind: PartKind, role: Role) -> None:
    case = with_open(kind)
    [answered] = give(case, WITHDRAW, TEN, by=ACTORS[role]).case.answered[-1:]

    assert Refusal.PARTS_OPEN is answered.refusal
    assert "left-1" in answered.detail


def test_a_withdrawal_is_not_granted_while_a_penalty_is_open() -> None:
    story = signed()
    story.do(WITHDRAW, LATE, by=ACTORS[Role.DISPATCHER])
    story.do("file_penalty", LATE)
    granted = Answer(part="withdrawal-1", granted=True, reason="So they said.")

    assert Refusal.PARTS_OPEN is story.refused(granted, LATE, by=ACTORS[Role.SUPERVISOR])[0]


@pytest.mark.parametrize(
    "kind", [PartKind.INQUIRY, PartKind.TASK, PartKind.RECTIFICATION, PartKind.INTERVIEW]
)
def test_a_case_is_not_merged_while_work_that_must_end_is_open(kind: PartKind) -> None:
    merged = give(with_open(kind), "merge", TEN).case

    assert Stage.SIGNED is merged.stage
    assert Refusal.PARTS_OPEN is merged.answered[-1].refusal


def about(category: str | None) -> Lookup:
    return replace(LOOKUP, other=OtherCase(OTHER_CASE, Stage.SIGNED, category=category))


def test_a_person_does_not_merge_two_matters() -> None:
    story = Story()
    code, words = story.refused("merge", NINE, lookup=about("noise"))

    assert Refusal.OTHER_CASE is code
    assert "link them" in words


def test_a_person_merges_one_matter() -> None:
    story = Story()
    story.do("merge", NINE, lookup=about("street-stalls"))

    assert Stage.MERGED is story.case.stage


def test_the_citizen_withdraws_alone_nothing_that_a_unit_has_signed() -> None:
    story = signed()
    story.do(WITHDRAW, TEN, by=ACTORS[Role.REPORTER])

    assert ["withdrawal"] == [part.kind for part in story.case.open_parts()]


ALONE = [Role.DISPATCHER, Role.HOTLINE]
GRANTED = Answer(part="withdrawal-1", granted=True, reason="So they say.")


@pytest.mark.parametrize(
    ("role", "waits"), [(Role.DISPATCHER, Stage.DISPATCHED), (Role.HOTLINE, Stage.WITHDRAWN)]
)
def test_a_seat_alone_and_no_dispatcher_withdraws_what_no_citizen_to_call_reported(
    role: Role, waits: Stage
) -> None:
    story = Story(plan(callback=False))
    story.do(WITHDRAW, NINE, by=ACTORS[role])
    after = story.case.stage
    if after is not Stage.WITHDRAWN:
        story.do(GRANTED, TEN, by=ACTORS[Role.SUPERVISOR])

    assert after is waits
    assert story.case.stage is Stage.WITHDRAWN


@pytest.mark.parametrize("role", ALONE)
def test_the_town_withdraws_what_a_unit_has_signed_with_a_second_person(role: Role) -> None:
    story = signed()
    assert ["part_opened"] == kinds(story.do(WITHDRAW, TEN, by=ACTORS[role]))
    story.do(GRANTED, TEN, by=ACTORS[Role.SUPERVISOR])

    assert Stage.WITHDRAWN is story.case.stage


def test_what_was_signed_stays_signed_through_another_unit() -> None:
    story = signed()
    for kind in ("return", "answer", "dispatch"):
        story.do(kind, TEN)
    story.do(WITHDRAW, TEN, by=ACTORS[Role.DISPATCHER])

    assert Stage.DISPATCHED is story.case.stage


@pytest.mark.parametrize("channel", [Channel.PATROL, Channel.CAMERA, Channel.DEPARTMENT])
def test_the_town_does_not_withdraw_alone_what_no_citizen_reported(channel: Channel) -> None:
    story = Story(plan(complaint(channel=channel)))
    story.do(WITHDRAW, NINE, by=ACTORS[Role.DISPATCHER])

    assert Stage.DISPATCHED is story.case.stage


def test_the_town_does_not_withdraw_alone_after_the_citizen_was_not_satisfied() -> None:
    case = replace(Story().case, dissatisfied=1)

    assert Stage.DISPATCHED is give(case, WITHDRAW, NINE, by=ACTORS[Role.HOTLINE]).case.stage


def following(story: Story) -> Story:
    story.do("merge", NINE)
    return story


def ended_at_the_desk(stage: Stage, *, question: Literal[True] | None = None) -> Follow:
    told = Follow(case=OTHER_CASE, stage=stage, result="Told.", by="hu", no_unit=True)
    return replace(told, question=question, category="street-stalls")


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.REFUSED])
def test_what_a_unit_has_signed_does_not_end_with_what_the_desk_alone_has_ended(
    stage: Stage,
) -> None:
    story = following(signed())
    story.do(ended_at_the_desk(stage), TEN)

    assert Stage.SIGNED is story.case.stage


@pytest.mark.parametrize("consult", [None, True])
def test_what_a_unit_has_had_does_not_end_with_the_answer_to_a_question(
    consult: bool | None,
) -> None:
    story = following(Story(replace(plan(), consult=consult)))
    story.do(ended_at_the_desk(Stage.CLOSED, question=True), TEN)

    assert Stage.DISPATCHED is story.case.stage


def test_a_case_that_is_answered_at_the_desk_says_so_to_those_that_follow_it() -> None:
    story = Story(replace(plan(holder=None, callback=False), consult=True))
    story.do(Join(case=OTHER_CASE), NINE)
    story.do("settle", TEN)
    told = [act for event in story.events for _, act in cross_case_messages(story.case, event)]

    found = [(act.no_unit, act.question, act.by) for act in told if isinstance(act, Follow)]

    assert [(True, True, "wang")] == found


def test_a_case_that_a_unit_has_resolved_ends_those_that_follow_it() -> None:
    story = signed()
    story.do(Join(case=OTHER_CASE), NINE)
    for kind in ("resolve", "verify", "close"):
        story.do(kind, TEN)
    told = [act for event in story.events for _, act in cross_case_messages(story.case, event)]

    assert [None] == [act.no_unit for act in told if isinstance(act, Follow)]
