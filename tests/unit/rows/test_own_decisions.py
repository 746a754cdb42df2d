"""From rules 3 on, who handles a case or helps it decides nothing in it, also not as a deputy; and
the duty of officials is concluded by a leader who neither opened the inquiry nor had the case.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.commands import Act, Actor
from domain.case.joint_work.acts import Conclude, GiveTask
from domain.case.parts.acts import Waive
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskReopening
from domain.case.supervision.acts import Appoint, Inquire
from domain.case.suspension.acts import Resume, Suspend
from domain.case.tiers.acts import RaiseTier
from domain.vocabulary import Role, Stage, Tier
from tests.acts import MINUTES, RECEIPT
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
NINE, TEN, ELEVEN = (at(f"2026-07-01 {hour}:00") for hour in ("09", "10", "11"))
DEPUTY = Actor("zhao", Role.LEADER, "town", for_person="wu", own_unit="squad")
"""The head of the squad, in the place of an absent leader."""
OF_WATER = replace(DEPUTY, id="chen", own_unit="water")
REST = Suspend(reason="Frost.", until=TEN + timedelta(days=5), measures="A fence.")


def signed(tier: Tier = Tier.ASSIGN, rules: int = 3) -> Story:
    story = Story(replace(plan(tier=tier), rules=rules))
    story.do("sign", NINE)
    return story


def test_the_holder_does_not_let_its_own_case_rest_as_a_deputy() -> None:
    story = signed()
    code, words = story.refused(REST, TEN, by=DEPUTY)

    assert Refusal.SAME_PERSON is code
    assert "squad handles it" in words
    story.do(REST, TEN, by=LEADER)
    assert story.case.suspended_until is not None


def test_the_office_does_not_let_its_own_case_rest() -> None:
    story = Story(plan(holder="office"))
    story.do("sign", NINE, by=Actor("gu", Role.HANDLER, "office"))
    code, _ = story.refused(REST, TEN, by=SUPERVISOR)

    assert Refusal.SAME_PERSON is code


def test_the_holder_does_not_end_the_rest_as_a_deputy() -> None:
    story = signed()
    story.do(REST, TEN, by=LEADER)
    act = Resume(reason="It is warm.")
    code, _ = story.refused(act, ELEVEN, by=DEPUTY)

    assert Refusal.SAME_PERSON is code
    story.do(act, ELEVEN, by=LEADER)


def test_a_running_case_rests_as_before() -> None:
    story = signed(rules=2)
    story.do(REST, TEN, by=DEPUTY)

    assert story.case.suspended_until is not None


def test_the_holder_does_not_raise_its_own_case_as_a_deputy() -> None:
    story = signed()
    act = RaiseTier(to=Tier.SUPERVISE, reason="Too big.")
    code, _ = story.refused(act, TEN, by=DEPUTY)

    assert Refusal.SAME_PERSON is code
    story.do(act, TEN, by=LEADER)
    assert story.case.tier is Tier.SUPERVISE


@pytest.mark.parametrize("deputy", [DEPUTY, OF_WATER], ids=["the lead", "a member"])
def test_who_takes_part_in_a_supervised_case_decides_nothing_in_it(deputy: Actor) -> None:
    story = signed(Tier.SUPERVISE)
    appointed = Appoint(lead="squad", members=("water",), instruction="Go.", reason="It is near.")
    story.do(appointed, NINE, by=SUPERVISOR)
    story.do(GiveTask(unit="platform", what="Call.", hours=8), TEN, by=SUPERVISOR)
    acts: tuple[Act, ...] = (REST, Waive(part="task-1", reason="No more."))
    codes = {story.refused(act, TEN, by=deputy)[0] for act in acts}

    assert codes == {Refusal.SAME_PERSON}


def test_the_holder_does_not_answer_a_citizen_who_wants_its_case_reopened_as_a_deputy() -> None:
    story = signed()
    for kind in ("resolve", "verify", "close"):
        story.do(kind, TEN)
    assert story.case.stage is Stage.CLOSED
    story.do(AskReopening(reason="They are back."), ELEVEN, by=ACTORS[Role.REPORTER])
    act = Answer(part="reopening-1", granted=False, reason="They are not.")
    code, words = story.refused(act, ELEVEN, by=DEPUTY)

    assert Refusal.SAME_PERSON is code
    assert "squad handles it" in words
    story.do(act, ELEVEN, by=LEADER)


def inquired(rules: int = 3) -> Story:
    story = signed(Tier.SUPERVISE, rules)
    story.do(Inquire(subject="What broke", duty="Who let it"), TEN, by=LEADER)
    return story


def concluding(part: str) -> Conclude:
    return Conclude(part=part, finding="A pipe burst.", evidence=(RECEIPT,))


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (SUPERVISOR, Refusal.WRONG_ROLE),
        (LEADER, Refusal.SAME_PERSON),
        (replace(OFFICE_LEADER, id="shen", role=Role.LEADER, for_person="wu"), Refusal.SAME_PERSON),
    ],
    ids=["the office", "who opened it", "the deputy of who opened it"],
)
def test_the_duty_track_is_not_concluded_by(actor: Actor, code: Refusal) -> None:
    story = inquired()
    refused, _ = story.refused(concluding("inquiry-2"), ELEVEN, by=actor)

    assert code is refused
    story.do(concluding("inquiry-2"), ELEVEN, by=replace(LEADER, id="fei"))


def test_the_duty_track_is_not_concluded_by_a_unit_that_had_the_case() -> None:
    story = inquired()
    appointed = Appoint(lead="water", members=(), instruction="Go.", reason="It is near.")
    story.do(appointed, TEN, by=SUPERVISOR)
    of_squad = replace(DEPUTY, for_person="fei")
    code, words = story.refused(concluding("inquiry-2"), ELEVEN, by=of_squad)

    assert Refusal.SAME_PERSON is code
    assert "squad" in words


def test_one_paper_does_not_show_both_tracks_of_an_inquiry() -> None:
    story = inquired()
    story.do(concluding("inquiry-1"), ELEVEN, by=SUPERVISOR)
    fei = replace(LEADER, id="fei")
    code, _ = story.refused(concluding("inquiry-2"), ELEVEN, by=fei)
    without = replace(concluding("inquiry-2"), evidence=())
    assert story.refused(without, ELEVEN, by=fei)[0] is Refusal.MISSING_EVIDENCE

    assert Refusal.MISSING_EVIDENCE is code
    story.do(replace(without, evidence=(RECEIPT, MINUTES)), ELEVEN, by=fei)


def test_a_running_inquiry_is_concluded_as_before() -> None:
    story = inquired(rules=2)
    for part in ("inquiry-1", "inquiry-2"):
        story.do(Conclude(part=part, finding="A pipe burst."), ELEVEN, by=LEADER)

    assert not story.case.open_parts()
