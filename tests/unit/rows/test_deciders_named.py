"""A refusal names the person who may do it, and no one who is refused as well."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close, Resolve
from domain.case.joint_work.acts import Attendance, Conclude, GiveTask, Hold, Investigate
from domain.case.parts.acts import Waive
from domain.case.refusals import Refusal
from domain.people.leading_group import Approvers, Post
from domain.planning.plans import CasePlan
from domain.vocabulary import Callback, Role, Tier
from tests.acts import MINUTES, SCAN
from tests.builders import ACTORS, LOOKUP, PHOTO, plan
from tests.town import at
from tests.unit.lives_terms import PERSON_OF
from tests.unit.rows.story import Story

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
BY_DEPUTY = Approvers(*(Post.DEPUTY,) * 4)
BY_HEAD = Approvers(*(Post.HEAD,) * 4)
HEAD = ACTORS[Role.LEADER]
KNOWN = replace(LOOKUP, posts=((HEAD.id, Post.HEAD),))
DONE = Resolve(result="Done.", evidence=(PHOTO,))
TASK = GiveTask(unit="water", what="Clear the drain.")
OFFICE = "the leading group or its office"
DEPUTY = "a deputy head of the leading group or above"


def led(approvers: Approvers | None = None, **fields: object) -> CasePlan:
    return replace(plan(tier=Tier.SUPERVISE), approvers=approvers, **fields)  # type: ignore[arg-type]


def signed(pinned: CasePlan) -> Story:
    story = Story(pinned)
    story.do("sign", NINE)
    return story


@pytest.mark.parametrize(
    ("approvers", "who"),
    [(None, OFFICE), (BY_DEPUTY, DEPUTY), (BY_HEAD, "the head of the leading group")],
)
def test_work_that_is_open_says_who_waives_it_and_whose_turn_it_is(
    approvers: Approvers | None, who: str
) -> None:
    story = signed(led(approvers))
    story.do(TASK, TEN)
    code, words = story.refused(DONE, TEN)

    assert code is Refusal.PARTS_OPEN
    assert words == f"still open: task-1 (water); end or answer them, or {who} waives them"


def test_an_inquiry_is_waived_by_a_leader_and_not_by_the_office() -> None:
    story = signed(led())
    story.do("inquire", TEN, by=HEAD)
    _, words = story.refused(DONE, TEN)

    assert words.endswith("or a leader of the leading group waives them")


def test_a_request_is_answered_and_not_waived() -> None:
    story = signed(led())
    story.do(TASK, TEN)
    story.do("decline_filing", TEN)
    _, words = story.refused(DONE, TEN)

    assert words.startswith("still open: task-1 (water), no_filing-1 (office); ")
    assert words.endswith(f"end or answer them, or {OFFICE} waives task-1")


def test_who_is_named_may_waive_it() -> None:
    story = signed(led(BY_DEPUTY))
    story.do(TASK, TEN)
    waive = Waive(part="task-1", reason="Done by others.")
    code, _ = story.refused(waive, TEN, by=ACTORS[Role.SUPERVISOR], lookup=KNOWN)
    story.do(waive, TEN, by=HEAD, lookup=KNOWN)

    assert code is Refusal.WRONG_ROLE
    assert not story.part("task-1").is_open


def test_a_member_that_said_nothing_is_excused_by_the_post() -> None:
    story = signed(led(BY_DEPUTY, helpers=("water", "roads"), heard_first=True))
    story.do(TASK, TEN)
    code, words = story.refused(DONE, TEN)

    assert code is Refusal.WRONG_STEP
    assert words == (
        "water has not reported on task-1; roads has no task yet, and reported nothing: give_task; "
        f"the unit reports, or {DEPUTY} waives the task with a reason"
    )


def test_a_conference_is_waived_by_the_post_once_it_is_called() -> None:
    story = signed(led(BY_DEPUTY, helpers=("water",), met_first=True))
    _, words = story.refused(DONE, TEN)

    assert words.endswith(f"convene one and hold it, or {DEPUTY} waives it once it is called")


def test_a_meeting_without_its_lead_is_waived_by_the_post() -> None:
    story = signed(led(BY_DEPUTY))
    story.do("convene", TEN)
    came = (Attendance("water", PERSON_OF["water"]),)
    alone = Hold(part="conference-1", minutes="Water came.", evidence=(MINUTES,), came=came)
    story.do(alone, at("2026-07-02 10:00"))
    again = replace(alone, evidence=(SCAN,))
    _, words = story.refused(again, at("2026-07-06 10:00"), by=ACTORS[Role.SUPERVISOR])

    assert words.endswith(f"or {DEPUTY} waives conference-1")


def test_the_second_time_the_leading_group_or_its_office_holds_the_meeting() -> None:
    story = signed(led())
    story.do("convene", TEN)
    alone = Hold(part="conference-1", minutes="Alone.", evidence=(MINUTES,), present=("squad",))
    story.do(alone, at("2026-07-02 10:00"))
    again = replace(alone, evidence=(SCAN,))
    code, words = story.refused(again, at("2026-07-06 10:00"))
    story.do(again, at("2026-07-06 10:00"), by=ACTORS[Role.SUPERVISOR])

    assert code is Refusal.NO_QUORUM
    assert words.endswith(f"{OFFICE} holds conference-1 without")


def test_an_investigation_that_lacks_an_answer_is_waived_by_the_post() -> None:
    story = signed(led(BY_DEPUTY))
    story.do(Investigate(units=("water",), subject="The source."), TEN)
    concluded = Conclude(part="investigation-1", finding="A pipe.", evidence=(SCAN,))
    _, words = story.refused(concluded, TEN)

    assert words.endswith(f"wait, or {DEPUTY} waives it")


def test_that_a_citizen_has_no_cause_is_ruled_by_the_post() -> None:
    story = signed(led(BY_DEPUTY))
    story.do("resolve", TEN)
    story.do("verify", TEN, by=ACTORS[Role.VERIFIER], lookup=KNOWN)
    story.do("verify", TEN, by=HEAD, lookup=KNOWN)
    no_cause = Close(callback=Callback.EXPLAINED, note="It is clean.")
    code, words = story.refused(no_cause, TEN, by=ACTORS[Role.HOTLINE])

    assert code is Refusal.WRONG_ROLE
    assert f"is ruled by {DEPUTY}" in words


def test_a_running_case_keeps_the_sentences_of_its_rows() -> None:
    story = signed(led(BY_DEPUTY, rules=2))
    story.do(TASK, TEN)
    _, words = story.refused(DONE, TEN)

    assert words == "still open: task-1; end or answer them, or have a supervisor waive them"
