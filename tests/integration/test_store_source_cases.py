from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from domain.vocabulary import Stage
from schemas.intake import Claim, Position
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.intake.of_source import PostgresSourceCases
from store.journal.rows import PostgresJournal
from tests.integration.stages import stage

HOTLINE, PATROL = "hotline", "patrol"
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
async def source_cases(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> PostgresSourceCases:
    """Three of the hotline on three days, one of the patrol; one is not journaled yet."""
    claims = [
        Claim(_at(0), "town", HOTLINE, "a", "d", "case-a", None),
        Claim(_at(1), "town", HOTLINE, "b", "d", "case-b", None),
        Claim(_at(2), "town", HOTLINE, "c", "d", "case-c", None),
        Claim(_at(3), "town", PATROL, "a", "d", "case-p", None),
        Claim(_at(4), "city", HOTLINE, "a", "d", "case-x", None),
        Claim(_at(5), "town", HOTLINE, "new", "d", "case-new", None),
        Claim(_at(6), "town", HOTLINE, "more", "d", "case-a", None, kind="supplemented"),
    ]
    await PostgresLedger(database).reserve(claims)
    about: dict[str, dict[str, Any]] = {
        "case-a": {"stage": Stage.DISPATCHED, "category": "garbage"},
        "case-b": {"stage": Stage.CLOSED, "category": "garbage"},
        "case-c": {"stage": Stage.MERGED, "category": "street-light"},
        "case-p": {"stage": Stage.CLOSED},
        "case-x": {"tenant": "city"},
    }
    for day, (case_id, changes) in enumerate(about.items(), 1):
        await journal.append(stage(case_id, 1, 1, **changes))
        superuser.execute(
            "UPDATE sanban.identities SET held_at = %s WHERE case_id = %s",
            (SINCE + timedelta(days=day), case_id),
        )
    return PostgresSourceCases(database)


def _at(offset: int) -> Position:
    return Position("main", "sanban.complaints", "id", 0, offset)


async def page(cases: PostgresSourceCases, source: str = HOTLINE, **chosen: Any) -> list[str]:
    span: dict[str, Any] = {"since": SINCE, "until": UNTIL} | chosen
    return await cases.page("town", source, **span)


async def test_a_source_has_its_own_cases_the_latest_first(
    source_cases: PostgresSourceCases,
) -> None:
    assert await page(source_cases) == ["case-c", "case-b", "case-a"]
    assert await page(source_cases, PATROL) == ["case-p"]
    assert await page(source_cases, "camera") == []


async def test_categories_and_ends_are_chosen_and_merged_ones_may_be_either(
    source_cases: PostgresSourceCases,
) -> None:
    assert await page(source_cases, categories=["garbage"]) == ["case-b", "case-a"]
    assert await page(source_cases, closed=True) == ["case-c", "case-b"]
    assert await page(source_cases, closed=False) == ["case-c", "case-a"]


async def test_days_are_chosen_and_the_last_moment_is_not_in_it(
    source_cases: PostgresSourceCases,
) -> None:
    second, third = SINCE + timedelta(days=2), SINCE + timedelta(days=3)

    assert await page(source_cases, since=second, until=third) == ["case-b"]


async def test_pages_leave_nothing_out(source_cases: PostgresSourceCases) -> None:
    pages = [await page(source_cases, limit=2, skip=skip) for skip in (0, 2, 4)]

    assert pages == [["case-c", "case-b"], ["case-a"], []]
