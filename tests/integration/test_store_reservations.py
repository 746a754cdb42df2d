"""Which case has a resource, asked of a real PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from domain.case.access import Reach
from domain.case.reservations import OtherReservation
from schemas.records import ReservationRow
from store.cases.read_model import PostgresCases
from store.cases.reservations import PostgresReservations
from store.cases.row_access import PersonsDatabase
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

NOON, EVENING = AT + timedelta(hours=4), AT + timedelta(hours=10)
TOWN = "youchegang"


def reserved(resource: str, start: datetime, until: datetime) -> ReservationRow:
    return ReservationRow(resource=resource, start=start, until=until, by="li", at=AT)


@pytest.fixture
async def reservations(database: Database) -> PostgresReservations:
    """Two cases of the town that have a car, one of another town, and one that has nothing."""
    journal = PostgresJournal(database)
    cars = (reserved("car-1", AT, NOON), reserved("car-2", AT, EVENING))
    await journal.append(stage("morning", 1, 1, reservations=cars, units=("squad",)))
    later = (reserved("car-1", NOON, EVENING),)
    await journal.append(stage("evening", 1, 1, reservations=later, units=("water",)))
    await journal.append(stage("elsewhere", 1, 1, reservations=cars, tenant="hotline"))
    await journal.append(stage("nothing", 1, 1))
    return PostgresReservations(database)


async def found(
    store: PostgresReservations, resources: Sequence[str], start: datetime, until: datetime
) -> list[str]:
    return [each.case for each in await store.overlapping(TOWN, resources, start, until)]


async def test_the_cases_of_the_town_are_found_that_have_it_at_some_time_of_the_span(
    reservations: PostgresReservations,
) -> None:
    minute = timedelta(minutes=1)

    assert ["morning", "evening"] == await found(reservations, ["car-1"], AT, EVENING)
    assert ["morning"] == await found(reservations, ["car-1"], AT, NOON)
    assert ["morning", "evening"] == await found(reservations, ["car-1"], AT, NOON + minute)
    assert ["evening"] == await found(reservations, ["car-1"], NOON, NOON + minute)
    assert [] == await found(reservations, ["car-1"], EVENING, EVENING + minute)
    assert [] == await found(reservations, ["boat-1"], AT, EVENING)


async def test_a_reservation_comes_back_as_it_was_written(
    reservations: PostgresReservations, database: Database
) -> None:
    [car] = await reservations.overlapping(TOWN, ["car-2"], AT, EVENING)
    assert car == OtherReservation("morning", "car-2", AT, EVENING, "li", AT)

    row = await PostgresCases(database).get("evening")
    assert row.reservations == (reserved("car-1", NOON, EVENING),)


async def test_what_a_case_has_freed_is_found_no_more(
    reservations: PostgresReservations, database: Database
) -> None:
    await PostgresJournal(database).append(stage("morning", 2, 1, reservations=None))

    assert ["evening"] == await found(reservations, ["car-1", "car-2"], AT, EVENING)


async def test_a_person_reads_which_of_the_cases_they_may_read(
    reservations: PostgresReservations, database: Database
) -> None:
    persons = PersonsDatabase(database, Reach("li", TOWN, ("squad",)))

    named = await PostgresReservations(persons).readable(["morning", "evening", "elsewhere"])
    assert named == {"morning"}
