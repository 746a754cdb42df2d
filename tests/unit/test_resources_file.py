"""resources.yaml: when a thing is there, what a change is told as, and what people read of it."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from domain.case.events import Event, Fact
from domain.case.resources.facts import (
    FileDoubted,
    FreedBecause,
    ReservationConfirmed,
    Reserved,
    ResourceFreed,
)
from domain.policy.resources import Resource, resource_changes
from domain.vocabulary import Role
from runtime.cli.views.events import detail, in_zone
from tests.acts import OTHER_CASE
from tests.builders import ACTORS
from tests.town import ZONE, at
from tests.unit.test_policy_diffs import edited, packed

TEN, NOON = at("2026-07-10 10:00"), at("2026-07-10 12:00")
ZONED = ZoneInfo(ZONE)


def test_a_change_of_the_ledger_is_told_and_gives_the_policy_no_other_hash() -> None:
    after = edited("resources", ", out_until: 2026-12-05", "")

    [told] = resource_changes(packed().resources, after.resources)
    before, now = told.split(" -> ")
    assert before == "resource car-2: 二号车, car, office, out of service until 2026-12-05"
    assert now == "二号车, car, office"
    assert after.hash == packed().hash


def test_a_ledger_that_comes_or_goes_is_told_thing_by_thing() -> None:
    ledger = packed().resources

    assert "resource car-1 added: 一号车, car, office" in [*resource_changes(None, ledger)]
    assert "kind car removed: 车, Car, vehicle" in [*resource_changes(ledger, None)]


@pytest.mark.parametrize(
    ("out_until", "retired", "why"),
    [
        (date(2026, 7, 10), None, None),  # back on this day
        (date(2026, 7, 11), None, "out of service until 2026-07-11"),
        (None, date(2026, 7, 11), None),
        (None, date(2026, 7, 10), "retired on 2026-07-10"),
    ],
)
def test_a_thing_is_there_from_the_day_that_the_file_says_and_until_it_retires(
    out_until: date | None, retired: date | None, why: str | None
) -> None:
    car = Resource("car-1", "车", "car", "squad", out_until=out_until, retired=retired)

    assert car.why_away(TEN, NOON, ZONED) == why


def _facts() -> Iterator[tuple[Fact, str]]:
    yield (
        Reserved(
            resource="car-1", name="一号车", unit="squad", start=TEN, until=NOON, part="task-1"
        ),
        "car-1 一号车 of squad, from Fri 2026-07-10 10:00 until Fri 2026-07-10 12:00, for task-1",
    )
    yield ReservationConfirmed(row=4, resource="car-1"), "car-1, as of row 4"
    yield (
        ReservationConfirmed(row=4, resource="car-1", over=(OTHER_CASE,)),
        f"{OTHER_CASE} reserved it later",
    )
    yield (
        ResourceFreed(row=4, resource="car-1", because=FreedBecause.PART_ENDED),
        "car-1, part ended",
    )
    yield (
        ResourceFreed(
            row=4,
            resource="car-1",
            because=FreedBecause.CONFLICT,
            reason="reserved first by li",
            case=OTHER_CASE,
        ),
        f"car-1, conflict with {OTHER_CASE}: reserved first by li",
    )
    yield (
        FileDoubted(sha256="8" * 64, recorder="recorder-1", taken_at=TEN),
        "recorder-1 was not reserved for this case at Fri 2026-07-10 10:00",
    )


@pytest.mark.parametrize(("fact", "words"), [*_facts()])
def test_a_row_about_a_resource_says_which_and_when_and_why(fact: Fact, words: str) -> None:
    event = Event(5, TEN, ACTORS[Role.HANDLER], "a", "reserve", fact)

    assert words in detail(event, in_zone(ZONED))
