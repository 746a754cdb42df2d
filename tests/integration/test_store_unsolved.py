"""Which unsolved case belongs to what a source sees again, asked of a real PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from zlib import crc32

import pytest

from domain.matching.dedupe import UNSOLVED, DedupeKey, DedupeQuery, UnsolvedCase
from domain.vocabulary import Stage, Urgency
from schemas.intake import Claim, Position
from store.cases.read_model import PostgresCases
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

CAMERA = "https://camera.example/3"
SPOT = "荷塘村三组路口"
ASKED = DedupeQuery(
    DedupeKey("youchegang", CAMERA, "parking", SPOT), AT - timedelta(hours=24), "new-case"
)


@pytest.fixture
def cases(database: Database) -> PostgresCases:
    return PostgresCases(database)


async def _came(database: Database, case_id: str, source: str = CAMERA, **changes: object) -> None:
    """Reserved as intake does, and journaled as its workflow does."""
    where = Position("main", "sanban.complaints", "id", 0, crc32(case_id.encode()))
    claim = Claim(where, "youchegang", source, case_id, "d", case_id)
    await PostgresLedger(database).reserve([claim])
    usual = {"spot": SPOT, "category": "parking", "stage": Stage.RECEIVED, "urgency": "urgent"}
    await PostgresJournal(database).append(stage(case_id, 1, 1, **(usual | changes)))


async def test_the_newest_unsolved_case_of_the_sighting_is_found_and_no_other(
    database: Database, cases: PostgresCases
) -> None:
    await _came(database, "old", received_at=AT - timedelta(hours=25))
    await _came(database, "first", received_at=AT - timedelta(hours=2), urgency="critical")
    await _came(database, "new-case")
    await _came(database, "other-camera", source="https://camera.example/4")
    await _came(database, "other-matter", category="garbage")
    await _came(database, "other-spot", spot="荷塘路8号")
    await _came(database, "other-town", tenant="elsewhere")
    quiet = replace(ASKED, key=replace(ASKED.key, spot="荷塘路9号"))

    assert [None, UnsolvedCase("first", Urgency.CRITICAL)] == await cases.unsolved([quiet, ASKED])
    await _came(database, "second", received_at=AT - timedelta(hours=1))
    assert [UnsolvedCase("second", Urgency.URGENT)] == await cases.unsolved([ASKED])
    assert [] == await cases.unsolved([])


async def test_an_unsolved_case_of_the_same_group_is_found(
    database: Database, cases: PostgresCases
) -> None:
    await _came(database, "first", category="garbage")
    group = replace(ASKED, categories=("parking", "garbage"))

    assert [None, UnsolvedCase("first", Urgency.URGENT)] == await cases.unsolved([ASKED, group])


@pytest.mark.parametrize("found", Stage)
async def test_only_what_nobody_has_solved_yet_is_found(
    database: Database, cases: PostgresCases, found: Stage
) -> None:
    await _came(database, "before", stage=found)

    expected = UnsolvedCase("before", Urgency.URGENT) if found in UNSOLVED else None
    assert [expected] == await cases.unsolved([ASKED])
