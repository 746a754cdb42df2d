"""Row 49: files name their recorder, and a roll call which of the reserved vehicles came."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.handling.acts import Progress
from domain.case.handling.facts import Progressed
from domain.case.joint_work.acts import Attendance, PlanAction, ReportAction
from domain.case.refusals import Refusal
from domain.case.resources.acts import Release, Reserve
from domain.case.resources.facts import FileDoubted
from domain.complaints import Evidence
from domain.policy.resources import UnreservedFile
from domain.vocabulary import Role, Tier
from tests.acts import CROWD, PHOTO
from tests.builders import LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story

NINE, TEN, NOON = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-01 12:00")
AFTER = at("2026-07-01 16:00")
STRICT = replace(LOOKUP, unreserved_files=UnreservedFile.REFUSE)
CLIP = Evidence("8" * 64, "s3://clips/8.mp4", "video/mp4", NINE, "recorder-1")


def recording() -> Story:
    """A case that has the recorder from nine to ten."""
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", NINE)
    story.do(Reserve(resources=("recorder-1",), until=NOON), NINE)
    story.do(Release(resources=("recorder-1",), reason="Back."), TEN)
    return story


def showing(**changes: object) -> Progress:
    file = replace(CLIP, **changes)  # type: ignore[arg-type]
    return Progress(note="We talked to the owners.", evidence=(file,))


@pytest.mark.parametrize("taken", [NINE, TEN])
def test_a_file_of_the_time_in_which_the_case_had_the_recorder_is_taken(taken: object) -> None:
    [fact] = recording().do(showing(taken_at=taken), NOON, lookup=STRICT)

    assert isinstance(fact, Progressed)
    assert fact.evidence[0].recorder == "recorder-1"


@pytest.mark.parametrize("taken", [at("2026-07-01 08:59"), at("2026-07-01 10:01")])
def test_a_file_of_another_time_is_refused_or_flagged_as_the_town_says(taken: object) -> None:
    act = showing(taken_at=taken)
    code, words = recording().refused(act, NOON, lookup=STRICT)
    assert code is Refusal.NOT_RESERVED
    assert "recorder-1 was not reserved for this case at" in words

    doubted, progressed = recording().do(act, NOON)
    assert isinstance(doubted, FileDoubted)
    assert doubted.taken_at == taken
    assert isinstance(progressed, Progressed)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"taken_at": None}, Refusal.BAD_DATE, "FILE@MOMENT@recorder-1"),
        ({"taken_at": NINE.replace(tzinfo=None)}, Refusal.BAD_DATE, "zone"),
        ({"taken_at": AFTER}, Refusal.BAD_DATE, "after now"),
        ({"recorder": "car-1"}, Refusal.UNKNOWN_RESOURCE, "records no files"),
        ({"recorder": "recorder-9"}, Refusal.UNKNOWN_RESOURCE, "recorder-9"),
    ],
)
def test_a_file_says_when_it_was_taken_and_by_a_recorder_of_the_ledger(
    changes: dict[str, object], code: Refusal, words: str
) -> None:
    refusal, said = recording().refused(showing(**changes), NOON)

    assert refusal is code
    assert words in said


def test_a_file_without_a_recorder_is_taken_as_before() -> None:
    [fact] = recording().do(Progress(note="Look.", evidence=(PHOTO,)), NOON, lookup=STRICT)

    assert isinstance(fact, Progressed)


def action(*reserved: str) -> Story:
    """A joint action at noon, for which these are reserved."""
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", NINE)
    plan_action = PlanAction(
        units=("water",), at=at("2026-07-01 15:00"), goal="Dogs.", people=4, vehicles=2
    )
    story.do(plan_action, NINE, by=OFFICE_LEADER)
    if reserved:
        until = at("2026-07-01 18:00")
        act = Reserve(resources=reserved, until=until, part="joint_action-1")
        story.do(act, TEN, by=OFFICE_LEADER)
    story.wait(at("2026-07-01 15:01"))
    return story


CAME = ReportAction(
    part="joint_action-1",
    text="Caught.",
    people=4,
    vehicles=2,
    evidence=(CROWD,),
    came=(Attendance("squad", "zhao"), Attendance("water", "feng")),
)
HEAD = Actor("zhao", Role.UNIT_HEAD, "squad")


def test_a_roll_call_names_which_of_the_reserved_vehicles_came() -> None:
    story = action("car-1", "boat-1", "recorder-1")
    story.do(replace(CAME, brought=("car-1", "boat-1", "recorder-1")), AFTER, by=HEAD)

    assert [AFTER] * 3 == [each.freed_at for each in story.case.reservations or ()]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({}, Refusal.REASON_NEEDED, "car-1, car-2 reserved: say which came"),
        ({"brought": ("boat-1",)}, Refusal.NOT_RESERVED, "reserved is: car-1, car-2"),
        ({"brought": ("car-1", "car-2"), "vehicles": 1}, Refusal.TOO_MUCH, "count them in"),
    ],
)
def test_a_roll_call_that_does_not_fit_what_was_reserved_is_refused(
    changes: dict[str, object], code: Refusal, words: str
) -> None:
    act = replace(CAME, **changes)  # type: ignore[arg-type]
    refusal, said = action("car-1", "car-2").refused(act, AFTER, by=HEAD)

    assert refusal is code
    assert words in said


def test_a_roll_call_says_why_no_reserved_vehicle_came_or_that_none_came() -> None:
    assert action("car-1").do(replace(CAME, reason="It broke down."), AFTER, by=HEAD)
    assert action("car-1").do(replace(CAME, vehicles=0), AFTER, by=HEAD)


def test_a_roll_call_without_anything_reserved_is_as_before() -> None:
    assert action().do(CAME, AFTER, by=HEAD)
