"""The first sending of a report is known to every gateway, for as long as it matters."""

import asyncio
from datetime import UTC, datetime, timedelta

from store.connection import Database
from store.intake.first_reports import KEPT, PostgresFirstReports

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
WINDOW = timedelta(minutes=10)


async def test_of_many_at_once_one_is_the_first(database: Database) -> None:
    reports = PostgresFirstReports(database)

    found = await asyncio.gather(
        *(reports.first("k", f"e-{n}", NOW + n * timedelta(seconds=1), NOW) for n in range(8))
    )

    assert len(set(found)) == 1


async def test_the_first_one_counts_until_it_is_older_than_asked(database: Database) -> None:
    reports, later = PostgresFirstReports(database), NOW + WINDOW
    await reports.first("k", "e-1", NOW, NOW - WINDOW)

    assert await reports.first("k", "e-2", later, later - WINDOW) == ("e-1", NOW)
    later += timedelta(seconds=1)
    assert await reports.first("k", "e-3", later, later - WINDOW) == ("e-3", later)
    assert await reports.first("k", "e-4", later + 9 * WINDOW, None) == ("e-3", later)


async def test_rows_are_forgotten_when_the_journal_knows_the_case(database: Database) -> None:
    reports = PostgresFirstReports(database)
    for number in range(5):
        await reports.first(f"k-{number}", "e", NOW + number * WINDOW, None)

    await reports.first("later", "e", NOW + KEPT + 3 * WINDOW, None)

    rows = await database.fetch("SELECT key FROM sanban.first_reports ORDER BY key")
    assert rows == [("k-3",), ("k-4",), ("later",)]
