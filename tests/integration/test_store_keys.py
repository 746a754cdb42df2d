"""Keys of cases: one each, found again, and gone for good once destroyed."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import errors

from domain.complaints import Place
from domain.matching.similarity import ReportFeatures
from domain.privacy.sealed import ERASED
from schemas.intake import Reporter
from store.connection import Database, DatabaseOptions, open_database
from store.errors import StoreUnavailable
from store.intake.ledger import PostgresLedger
from store.intake.similar import PostgresSimilar
from store.privacy import keys as wording
from store.privacy.keys import PostgresKeys
from store.privacy.reporters import PostgresReporters
from tests.integration.test_store_ledger import claim

ONE, OTHER = ("town", "case-one"), ("town", "case-other")
WANG = Reporter("王女士", "0573-8000001", confidential=True)
SAID = ReportFeatures("water", datetime(2026, 11, 24, tzinfo=UTC), "水管爆裂", Place("人民路12号"))


async def destroy(database: Database, tenant: str, case_id: str) -> bool:
    [(done,)] = await database.fetch("SELECT sanban.key_destroy(%s, %s)", (tenant, case_id))
    return bool(done)


async def test_a_case_has_one_key_whoever_asks_and_opens_what_was_sealed(
    database: Database,
) -> None:
    keys = PostgresKeys(database)
    found = await asyncio.gather(*(keys.of([ONE, OTHER]) for _ in range(8)))
    [sealed] = {each.seal(*ONE, "水管爆裂") for each in found}
    other = found[0].seal(*OTHER, "水管爆裂")

    assert other != sealed
    assert ["水管爆裂", "with b: 水管爆裂"] == await keys.unsealed(
        [("town", sealed), ("town", f"with b: {other}")]
    )
    assert [wording.UNREADABLE] == await keys.unsealed([("city", sealed)])
    assert 1 == len({each.blind("town", "spot") for each in found})


async def test_a_destroyed_key_opens_nothing_and_none_takes_its_place(database: Database) -> None:
    keys = PostgresKeys(database)
    sealed = (await keys.of([ONE])).seal(*ONE, "水管爆裂")

    assert await destroy(database, *ONE)
    assert not await destroy(database, *ONE)
    assert (await keys.of([ONE])).seal(*ONE, "more") == ERASED
    assert [wording.ERASED] == await keys.unsealed([("town", sealed)])


async def test_a_case_without_a_key_is_erased_for_what_is_still_to_come(
    database: Database,
) -> None:
    assert await destroy(database, *ONE)
    assert (await PostgresKeys(database).of([ONE])).seal(*ONE, "more") == ERASED


async def test_of_an_erased_person_no_record_brings_anything_back(database: Database) -> None:
    ledger, again = PostgresLedger(database), replace(claim(1), reporter=WANG, report=SAID)
    await ledger.reserve([again])
    assert WANG == await PostgresReporters(database).of_case("town", "case-e1")
    assert SAID == await PostgresSimilar(database).report("town", "case-e1")

    await destroy(database, "town", "case-e1")
    await database.fetch("DELETE FROM sanban.reports")
    await database.fetch("DELETE FROM sanban.reporters")
    await ledger.reserve([again])

    assert await PostgresReporters(database).of_case("town", "case-e1") is None
    assert await PostgresSimilar(database).report("town", "case-e1") is None


async def test_the_application_can_neither_change_a_key_nor_drop_one(
    app: psycopg.Connection, database: Database
) -> None:
    await PostgresKeys(database).of([ONE])

    for statement in (
        "UPDATE sanban.keys SET key = 'x'",
        "UPDATE sanban.keys SET destroyed_at = NULL",
        "DELETE FROM sanban.keys",
        "DELETE FROM sanban.secrets",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(statement.encode())


async def test_who_has_another_master_key_reads_and_writes_nothing(
    app_dsn: str, superuser: psycopg.Connection
) -> None:
    ours = DatabaseOptions(app_dsn, master_key=b"m" * 32)
    async with open_database(ours) as database:
        sealed = (await PostgresKeys(database).of([ONE])).seal(*ONE, "水管爆裂")
    lengths = superuser.execute("SELECT length(key) FROM sanban.keys").fetchall()
    async with open_database(ours) as database:
        assert ["水管爆裂"] == await PostgresKeys(database).unsealed([("town", sealed)])
    for master_key in (None, b"x" * 32):
        async with open_database(replace(ours, master_key=master_key)) as database:
            with pytest.raises(StoreUnavailable, match="SANBAN_SEALING_KEY"):
                await PostgresKeys(database).of([ONE])
            with pytest.raises(StoreUnavailable, match="SANBAN_SEALING_KEY"):
                await PostgresKeys(database).of([("town", "a new case")])

    assert lengths == [(72,)]
    # None wrapped another way: the process with the right key could never open it.
    assert superuser.execute("SELECT case_id FROM sanban.keys").fetchall() == [(ONE[1],)]
