"""Row 49: who reserves a vehicle or a recorder for a case, for how long, and when it is free."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.closing.acts import Close
from domain.case.commands import Actor, Lookup
from domain.case.joint_work.acts import GiveTask
from domain.case.merging.acts import Merge
from domain.case.parts.acts import Waive
from domain.case.refusals import Refusal
from domain.case.reservations import OtherReservation
from domain.case.resources.acts import Release, Reserve
from domain.case.resources.facts import FreedBecause, Reserved, ResourceFreed
from domain.policy.resources import ResourceUse
from domain.vocabulary import Callback, Role, Tier
from schemas.journal import row_of
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story, only

NINE, TEN, NOON = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-01 12:00")
SUPERVISOR = ACTORS[Role.SUPERVISOR]
CAR = Reserve(resources=("car-1",), until=NOON)
DONE = Release(resources=("car-1",), reason="It is done.")


def signed(tier: Tier = Tier.SUPERVISE) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", NINE)
    return story


def seen(*reserved: OtherReservation) -> Lookup:
    return replace(LOOKUP, reserved=reserved)


def other(start: datetime, until: datetime) -> OtherReservation:
    return OtherReservation(OTHER_CASE, "car-1", start, until, "wang-li", NINE, confirmed=True)


def freed(story: Story) -> list[FreedBecause]:
    facts = [event.fact for event in story.events]
    return [fact.because for fact in only(facts, ResourceFreed)]


def test_row_49_resource_ledger_a_person_of_the_unit_reserves_its_car_from_now() -> None:
    [reserved] = signed(Tier.DIRECT).do(CAR, TEN)

    assert isinstance(reserved, Reserved)
    assert reserved.name == "执法车01"
    assert reserved.unit == "squad"
    assert reserved.use is ResourceUse.VEHICLE
    assert reserved.start == TEN
    assert reserved.until == NOON


def test_all_resources_of_a_command_are_reserved_or_none() -> None:
    story = signed()
    story.refused(replace(CAR, resources=("car-1", "car-3")), TEN)
    assert not story.case.reservations

    story.do(replace(CAR, resources=("car-1", "car-2")), TEN)
    assert ["car-1", "car-2"] == [each.resource for each in story.case.reservations or ()]


@pytest.mark.parametrize(
    ("resource", "by", "code", "words"),
    [
        ("boat-1", None, Refusal.NOT_YOUR_RESOURCE, "held by water; ask a person of water"),
        ("car-1", WATER_HANDLER, Refusal.NOT_READABLE, "water has no part in this case"),
        ("boat-1", WATER_HANDLER, Refusal.NOT_READABLE, "water has no part in this case"),
        ("car-3", None, Refusal.NOT_IN_SERVICE, "out of service until 2026-07-10"),
        ("car-4", None, Refusal.NOT_IN_SERVICE, "retired on 2026-06-01"),
        ("car-9", None, Refusal.UNKNOWN_RESOURCE, "car-9"),
    ],
)
def test_a_resource_that_is_not_there_or_not_the_actors_is_refused(
    resource: str, by: Actor | None, code: Refusal, words: str
) -> None:
    refusal, said = signed().refused(replace(CAR, resources=(resource,)), TEN, by=by)

    assert refusal is code
    assert words in said


def test_the_office_reserves_what_any_unit_holds() -> None:
    [reserved] = signed().do(replace(CAR, resources=("boat-1",)), TEN, by=SUPERVISOR)

    assert isinstance(reserved, Reserved)
    assert reserved.unit == "water"


def test_a_unit_that_has_a_task_reserves_its_own_for_that_task() -> None:
    story = signed()
    story.do(GiveTask(unit="water", what="Clear the drain."), NINE)
    act = Reserve(resources=("boat-1",), until=NOON, part="task-1")
    [reserved] = story.do(act, TEN, by=WATER_HANDLER)

    assert isinstance(reserved, Reserved)
    assert reserved.part == "task-1"


@pytest.mark.parametrize(
    ("start", "until"),
    [
        (None, NINE),
        (NOON, NOON),
        (NINE, NOON),  # an hour ago
        (TEN, TEN + timedelta(days=32)),
        (TEN + timedelta(days=93), TEN + timedelta(days=94)),
        (TEN, NOON.replace(tzinfo=None)),
    ],
)
def test_a_span_that_is_over_or_far_or_long_is_refused(
    start: datetime | None, until: datetime
) -> None:
    code, _ = signed().refused(replace(CAR, start=start, until=until), TEN)

    assert code is Refusal.BAD_DATE


def test_what_another_case_has_in_the_span_is_refused_with_who_and_until_when() -> None:
    taken = seen(other(NOON - timedelta(minutes=1), NOON + timedelta(hours=4)))
    code, words = signed().refused(CAR, TEN, lookup=taken)

    assert code is Refusal.RESOURCE_TAKEN
    assert "reserved by wang-li" in words
    assert "until Wed 2026-07-01 16:00" in words


def test_spans_that_meet_do_not_overlap() -> None:
    before, after = other(NINE, TEN), other(NOON, NOON + timedelta(hours=1))

    assert signed().do(CAR, TEN, lookup=seen(before, after))


def test_a_case_reserves_once_for_one_span_and_again_after_a_release() -> None:
    story = signed()
    story.do(CAR, TEN)
    code, words = story.refused(CAR, TEN)
    assert code is Refusal.RESOURCE_TAKEN
    assert "this case has car-1 until" in words

    story.do(DONE, TEN)
    assert story.do(CAR, TEN)


def test_a_resource_is_released_by_its_unit_by_who_reserved_it_or_by_the_office() -> None:
    story = signed()
    story.do(replace(CAR, resources=("boat-1",)), TEN, by=SUPERVISOR)
    act = replace(DONE, resources=("boat-1",))
    code, words = story.refused(act, TEN)
    assert code is Refusal.NOT_YOUR_RESOURCE
    assert "zhou, a person of water, or the office" in words

    story.do(act, TEN, by=WATER_HANDLER)
    assert [FreedBecause.RELEASED] == freed(story)
    code, _ = story.refused(act, TEN, by=SUPERVISOR)
    assert code is Refusal.NOT_RESERVED


def test_the_end_of_a_part_frees_what_was_reserved_for_it() -> None:
    story = signed()
    story.do(GiveTask(unit="water", what="Clear the drain."), NINE)
    story.do(replace(CAR, part="task-1"), TEN)
    story.do(replace(CAR, resources=("car-2",)), TEN)
    story.do(Waive(part="task-1", reason="It has rained."), TEN, by=SUPERVISOR)

    assert [FreedBecause.PART_ENDED] == freed(story)
    code, words = story.refused(replace(CAR, part="task-1"), TEN)
    assert code is Refusal.NO_SUCH_PART
    assert "leave `part` out" in words


def test_the_end_of_a_case_frees_all_that_it_has_reserved() -> None:
    story = signed(Tier.ASSIGN)
    story.do(CAR, TEN)
    story.do(replace(CAR, resources=("car-2",), until=at("2026-07-20 10:00")), TEN)
    for kind in ("resolve", "verify"):
        story.do(kind, TEN)
    assert row_of(story.case).reservations
    story.do(Close(callback=Callback.SATISFIED), TEN)

    assert [FreedBecause.CASE_ENDED] * 2 == freed(story)
    assert row_of(story.case).reservations is None


def test_a_case_that_follows_another_has_nothing_reserved() -> None:
    story = signed(Tier.ASSIGN)
    story.do(CAR, TEN)
    story.do(Merge(into=OTHER_CASE, reason="The same stalls."), TEN)

    assert [FreedBecause.CASE_ENDED] == freed(story)


def test_nothing_is_freed_that_is_over() -> None:
    story = signed()
    story.do(GiveTask(unit="water", what="Clear the drain."), NINE)
    story.do(replace(CAR, part="task-1"), TEN)
    story.do(Waive(part="task-1", reason="It has rained."), NOON, by=SUPERVISOR)

    assert [] == freed(story)
