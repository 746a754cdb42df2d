from dataclasses import replace
from datetime import timedelta
from typing import get_args

import psycopg
import pytest

from schemas.intake import Spot
from schemas.records import CaseRow
from store.cases.read_model import PostgresCases
from store.connection import Database
from store.errors import AmbiguousCase, NoSuchCase
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, row, stage


@pytest.fixture
def cases(database: Database) -> PostgresCases:
    return PostgresCases(database)


async def _keep(journal: PostgresJournal, case_id: str, **changes: object) -> None:
    await journal.append(stage(case_id, 1, 1, **changes))


def test_the_table_has_the_columns_of_the_row(superuser: psycopg.Connection) -> None:
    query = (
        "SELECT attname, attnotnull FROM pg_attribute"
        " WHERE attrelid = 'sanban.cases'::regclass AND attnum > 0 ORDER BY attnum"
    )
    fields = [
        (name, type(None) not in get_args(field.annotation))
        for name, field in CaseRow.model_fields.items()
    ]

    assert fields == superuser.execute(query).fetchall()


async def test_a_case_comes_back_as_it_was_written(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    for case_id, changes in {
        "full": {"title": '引号"与\n换行 🙂', "closed_at": AT + timedelta(microseconds=1)},
        "bare": dict.fromkeys(("holder", "grid", "category", "citizen_due", "next_due")),
    }.items():
        await _keep(journal, case_id, **changes)

        assert row(case_id, 1, **changes) == await cases.get(case_id)


async def test_a_beginning_that_one_case_has_is_enough(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    for case_id in ("7kq2m-a", "7kq2m-b", "7kq", "9xa4t-a"):
        await _keep(journal, case_id)

    assert "9xa4t-a" == (await cases.get("9")).case_id
    assert "7kq2m-a" == (await cases.get("7kq2m-a")).case_id
    assert "7kq" == (await cases.get("7kq")).case_id  # a whole number wins over a beginning


async def test_a_beginning_that_several_cases_have_names_them(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    for number in range(8):
        await _keep(journal, f"7kq2m-{number}")

    with pytest.raises(AmbiguousCase, match="7kq2m-0, 7kq2m-1") as caught:
        await cases.get("7kq")

    assert tuple(f"7kq2m-{number}" for number in range(5)) == caught.value.candidates


@pytest.mark.parametrize("beginning", ["", "x", "%", "_", "c1-"])
async def test_a_case_nobody_has_is_said_so(
    journal: PostgresJournal, cases: PostgresCases, beginning: str
) -> None:
    await _keep(journal, "c1")

    with pytest.raises(NoSuchCase):
        await cases.get(beginning)


async def test_another_tenant_has_neither_the_case_nor_its_candidates(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    await _keep(journal, "c1", tenant="one")
    await _keep(journal, "c2", tenant="other")

    assert "c2" == (await cases.get("c", tenant="other")).case_id
    with pytest.raises(NoSuchCase):
        await cases.get("c1", tenant="other")


async def test_a_lost_read_model_is_restored_row_by_row(
    journal: PostgresJournal, cases: PostgresCases, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 3))
    superuser.execute("DELETE FROM sanban.cases")

    assert await cases.restore(row("c1", 3))
    assert row("c1", 3) == await cases.get("c1")


async def test_a_wrong_row_is_overwritten_even_when_it_claims_to_be_newer(
    journal: PostgresJournal, cases: PostgresCases, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 3))
    superuser.execute("UPDATE sanban.cases SET seq = 99, title = 'wrong'")

    assert await cases.restore(row("c1", 3))
    assert row("c1", 3) == await cases.get("c1")


async def test_a_row_of_another_moment_is_not_restored(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    await journal.append(stage("c1", 1, 3))

    assert not await cases.restore(row("c1", 2, title="old"))
    assert not await cases.restore(row("c2", 1))
    assert row("c1", 3) == await cases.get("c1")


async def test_rows_the_journal_does_not_know_are_forgotten(
    journal: PostgresJournal, cases: PostgresCases, superuser: psycopg.Connection
) -> None:
    await _keep(journal, "c1")
    superuser.execute(
        "INSERT INTO sanban.cases SELECT r.* FROM sanban.cases c,"
        ' jsonb_populate_record(c, \'{"case_id": "ghost"}\') r'
    )

    assert ["ghost"] == await cases.forget_unjournaled()
    assert "c1" == (await cases.get("c")).case_id


async def test_what_came_before_at_a_spot_is_found_without_the_case_itself(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    here = {"spot": "荷塘村三组路口", "category": "noise"}
    await _keep(journal, "now", **here)
    await _keep(journal, "yesterday", **here, received_at=AT - timedelta(days=1))
    await _keep(journal, "closed", **here, closed_at=AT)
    await _keep(journal, "long-ago", **here, received_at=AT - timedelta(days=30, seconds=1))
    await _keep(journal, "other-matter", spot=here["spot"], category="garbage")
    await _keep(journal, "other-spot", spot="荷塘村四组路口", category="noise")
    await _keep(journal, "other-town", **here, tenant="elsewhere")
    await _keep(journal, "nowhere", category="noise")
    since = AT - timedelta(days=30)
    known = Spot("youchegang", "noise", here["spot"], since, "now")
    quiet = Spot("youchegang", "noise", "荷塘村九组", since, "new")

    group = replace(known, categories=("noise", "garbage"))

    assert await cases.before([quiet, known]) == [(), ("closed", "yesterday")]
    assert [{*found} for found in await cases.before([group])] == [
        {"closed", "yesterday", "other-matter"}
    ]
    assert await cases.before([]) == []


async def test_a_spot_that_an_older_program_does_not_write_stays(
    journal: PostgresJournal, cases: PostgresCases
) -> None:
    await journal.append(stage("c1", 1, 1, spot="荷塘村三组路口"))
    await journal.append(stage("c1", 2, 1))

    row = await cases.get("c1")

    assert row.seq == 2
    assert row.spot == "荷塘村三组路口"
