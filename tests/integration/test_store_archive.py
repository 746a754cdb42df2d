"""Cases that are over lie apart, and are as they were for whoever asks."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from domain.case.access import Reach
from schemas.records import Batch
from store.cases.archive import PostgresArchive
from store.cases.filters import Bookmark, CaseFilter
from store.cases.read_model import CaseCount, PostgresCases
from store.cases.rebuilding import PostgresRebuilding
from store.cases.row_access import PersonsDatabase
from store.connection import Database
from store.journal.audit import verify
from store.journal.rows import PostgresJournal
from tests.integration.stages import stage

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
BEFORE = NOW - timedelta(days=90)
CLOSED = {
    "old-2024": datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC),
    "old-2025": datetime(2025, 1, 1, tzinfo=UTC),
    "old-2026": BEFORE - timedelta(seconds=1),
    "young": BEFORE,
}
OLD = {"old-2024", "old-2025", "old-2026"}
WHERE = "SELECT case_id, tableoid::regclass::text FROM sanban.cases ORDER BY case_id"
IN_PLACE = {
    "held": "cases",
    "old-2024": "cases_archive_2024",
    "old-2025": "cases_archive_2025",
    "old-2026": "cases_archive_2026",
    "reopenable": "cases",
    "young": "cases",
}


def over(case_id: str, first_seq: int, rows: int = 1, closed_at: datetime | None = None) -> Batch:
    return stage(
        case_id,
        first_seq,
        rows,
        stage="archived",
        closed_at=closed_at or CLOSED[case_id],
        next_due=None,
        units=("chengguan",),
    )


@pytest.fixture(autouse=True)
async def town(journal: PostgresJournal) -> None:
    for case_id, closed_at in CLOSED.items():
        await journal.append(over(case_id, 1, 2, closed_at=closed_at))
    await journal.append(stage("held", 1, 2, units=("chengguan",)))
    await journal.append(
        stage("reopenable", 1, 2, stage="closed", closed_at=CLOSED["old-2025"], next_due=None)
    )


async def archived(database: Database, most: int = 1000) -> int:
    moved = 0
    while some := await PostgresArchive(database).move(BEFORE, most):
        moved += some
    return moved


def places(superuser: psycopg.Connection) -> dict[str, str]:
    found = superuser.execute(WHERE).fetchall()
    assert len(found) == len(dict(found)), "a case is in two places"
    return {case_id: place.removeprefix("sanban.") for case_id, place in found}


@pytest.mark.parametrize("most", [1, 1000])
async def test_only_what_is_over_for_long_is_moved_and_once(
    database: Database, superuser: psycopg.Connection, most: int
) -> None:
    assert await archived(database, most) == len(OLD)
    assert places(superuser) == IN_PLACE
    assert await archived(database, most) == 0


async def test_several_at_once_and_writers_beside_them_disturb_nobody(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    late = over("old-2025", 3)

    await asyncio.gather(*(archived(database, 1) for _ in range(4)), journal.append(late))
    await archived(database)

    assert places(superuser) == IN_PLACE
    assert (await PostgresCases(database).get("old-2025")).seq == 3


async def test_the_archived_are_in_every_list_that_asks_for_them_and_shown_and_proved(
    database: Database, superuser: psycopg.Connection
) -> None:
    everything, open_ones = CaseFilter(tenant="youchegang"), CaseFilter(open_only=True)
    cases = PostgresCases(database)
    before = [(await cases.listed(wanted, now=NOW)) for wanted in (everything, open_ones)]

    await archived(database)

    assert [(await cases.listed(wanted, now=NOW)) for wanted in (everything, open_ones)] == before
    seen, after = [], None
    while True:
        page, total = await cases.listed(everything, now=NOW, limit=1, after=after)
        assert total == CaseCount(len(IN_PLACE))
        seen += [found.case_id for found in page.rows]
        if page.following is None:
            break
        after = Bookmark.read(str(page.following))
    assert seen == ["held", "old-2024", "old-2025", "old-2026", "reopenable", "young"]
    assert (await cases.get("old-2024")).closed_at == CLOSED["old-2024"]
    assert (await verify(database)).intact
    superuser.execute("DELETE FROM sanban.cases_archive WHERE case_id = 'old-2024'")
    report = await verify(database)
    assert [each.case_id for each in report.breaks] == ["old-2024"]


async def test_who_reads_as_a_person_reads_of_the_archive_what_they_may(database: Database) -> None:
    await archived(database)

    for reach, expected in (
        (Reach("a", "youchegang", ("chengguan",)), OLD | {"held", "young"}),
        (Reach("b", "youchegang", ("water",)), set[str]()),
        (Reach("c", "youchegang", ("office",), whole_tenant=True), {*IN_PLACE}),
        (Reach("d", "city", ("chengguan",), whole_tenant=True), set[str]()),
    ):
        persons = PersonsDatabase(database, reach)
        page, _ = await PostgresCases(persons).listed(CaseFilter(), now=NOW)
        assert {found.case_id for found in page.rows} == expected, reach
        for case_id in OLD - expected:
            assert await PostgresJournal(persons).read(case_id) == []


async def test_a_case_that_is_told_something_after_all_comes_back_and_goes_again(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await archived(database)

    await journal.append(over("old-2024", 3))

    assert places(superuser) == IN_PLACE | {"old-2024": "cases"}
    assert await archived(database) == 1
    assert places(superuser) == IN_PLACE


async def test_a_lost_or_altered_archive_is_rebuilt(
    database: Database, superuser: psycopg.Connection
) -> None:
    await archived(database)
    superuser.execute("UPDATE sanban.cases_archive SET title = 'altered'")
    superuser.execute("DELETE FROM sanban.cases_archive_2025")
    right = [over(case_id, 1, 2).row for case_id in sorted(OLD)]
    rebuilding = PostgresRebuilding(database)
    shown = {each.case_id: each.shown for each in await rebuilding.stored(OLD)}
    assert shown["old-2025"] is None

    assert await rebuilding.restore(right) == OLD

    assert [each.shown for each in await rebuilding.stored(OLD)] == right
    assert await archived(database) == len(OLD)
    assert [each.shown for each in await rebuilding.stored(OLD)] == right
    assert places(superuser) == IN_PLACE


async def test_open_cases_are_not_looked_for_in_the_archive(
    database: Database, superuser: psycopg.Connection
) -> None:
    await archived(database)

    plan = superuser.execute(
        "EXPLAIN SELECT FROM sanban.cases WHERE tenant = 'youchegang' AND closed_at IS NULL"
    ).fetchall()

    assert "archive_20" not in str(plan)
