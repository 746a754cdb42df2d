"""Short ways of a unit that inspects, proves and reports for itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.closing.acts import Resolve
from domain.case.commands import Actor
from domain.case.handling.acts import Progress
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Report
from domain.case.refusals import Refusal
from domain.planning.plans import RULES
from domain.vocabulary import Role
from tests.acts import PHOTO, SOON
from tests.builders import ACTORS, USUAL, plan
from tests.town import OPENED, at
from tests.unit.rows.story import Story

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
COLLEAGUE = Actor("zhao", Role.UNIT_HEAD, "squad")


def signed(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    return story


def put_right(orderer: Role, rules: int | None = RULES) -> Story:
    story = signed(rules)
    story.do("order_rectification", NINE, by=ACTORS[orderer])
    story.do("serve", NINE)
    paper = replace(PHOTO, sha256="3" * 64)
    story.do(Report(part="rectification-1", text="Put right.", evidence=(paper,)), TEN)
    return story


PASSED = Check(
    part="rectification-1",
    passed=True,
    note="It is.",
    evidence=(replace(PHOTO, sha256="4" * 64),),
)


def test_what_the_office_ordered_is_not_inspected_by_the_unit_that_sees_to_it() -> None:
    story = put_right(Role.SUPERVISOR)

    assert Refusal.SAME_PERSON is story.refused(PASSED, TEN, by=COLLEAGUE)[0]


def test_what_the_unit_ordered_of_a_party_a_colleague_inspects() -> None:
    story = put_right(Role.HANDLER)
    story.do(PASSED, TEN, by=COLLEAGUE)

    assert not story.part("rectification-1").is_open


def test_a_dot_is_no_progress() -> None:
    assert Refusal.REASON_NEEDED is signed().refused(Progress(note="."), TEN)[0]


def test_a_text_file_is_no_proof_of_a_result() -> None:
    act = Resolve(result="Gone.", evidence=(replace(PHOTO, media_type="text/plain"),))

    assert Refusal.MISSING_EVIDENCE is signed().refused(act, TEN)[0]


def test_a_picture_from_the_future_is_refused() -> None:
    ahead = replace(PHOTO, taken_at=TEN + timedelta(minutes=11))
    act = Resolve(result="Gone.", evidence=(ahead,))

    assert Refusal.BAD_DATE is signed().refused(act, TEN)[0]


def test_a_picture_of_one_joint_action_does_not_show_another() -> None:
    story = signed()
    reported = USUAL["report_action"][0]
    story.do("plan_action", NINE)
    story.do("plan_action", NINE)
    story.do(reported, SOON)
    second = replace(reported, part="joint_action-2")  # type: ignore[arg-type]

    assert Refusal.MISSING_EVIDENCE is story.refused(second, SOON)[0]


def test_a_photo_whose_kind_no_table_knows_shows_a_result() -> None:
    """As the `.heic` of a telephone: what its kind is, no one has said."""
    story = Story()
    story.do("sign", OPENED)
    unknown = replace(PHOTO, sha256="5" * 64, media_type="application/octet-stream")

    assert story.do(Resolve(result="The stalls are gone.", evidence=(unknown,)), OPENED)


STRANGER = Actor("feng", Role.HANDLER, "water")


@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize("what", ["rectification-1", "commitment-1"])
def test_a_unit_without_a_part_in_the_case_inspects_nothing_in_it(passed: bool, what: str) -> None:
    story = put_right(Role.HANDLER)
    story.do("commit", TEN)
    story.do(Report(part="commitment-1", text="Cleared."), TEN)
    look = replace(PASSED, part=what, passed=passed)
    code, words = story.refused(look, TEN, by=STRANGER)

    assert code is Refusal.NOT_READABLE
    assert words == "water has no part in this case"


def test_a_unit_with_a_task_in_the_case_inspects_in_it() -> None:
    story = put_right(Role.HANDLER)
    story.do(GiveTask(unit="water", what="Look at it."), TEN)
    story.do(PASSED, TEN, by=STRANGER)

    assert not story.part("rectification-1").is_open


def test_a_unit_without_a_part_inspects_in_a_case_of_earlier_rules() -> None:
    story = put_right(Role.HANDLER, rules=2)
    story.do(PASSED, TEN, by=STRANGER)

    assert not story.part("rectification-1").is_open
