"""Where a file was handed in before, over a real PostgreSQL."""

from dataclasses import replace

import psycopg
import pytest

from domain.case.closing.acts import Resolve
from domain.case.commands import SeenFile
from domain.case.events import Event
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import Evidence
from runtime.embedded.postgres import EmbeddedPostgres
from schemas.journal import batch_of
from store.cases.files import MOST, PostgresFiles
from store.cases.read_model import PostgresCases
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.migrate import migrate, shipped
from tests.builders import complaint, give, plan
from tests.town import OPENED, at

PHOTO = Evidence("a" * 64, "s3://photo.jpg", "image/jpeg")
RESULT = Evidence("b" * 64, "s3://result.jpg", "image/jpeg")
LATER = at("2026-07-01 12:00")


@pytest.fixture
def files(database: Database) -> PostgresFiles:
    return PostgresFiles(database)


def life(event_id: str, tenant: str = "youchegang") -> tuple[Case, tuple[Event, ...]]:
    """A complaint with a photo, and a result with another; its text quotes what looks like one."""
    about = replace(complaint(event_id=event_id, evidence=(PHOTO,)), tenant=tenant)
    opening = give(None, Open(plan=plan(about)), OPENED)
    signed = give(opening.case, "sign", LATER)
    quoted = f'"sha256":"{"c" * 64}","uri":"s3://quoted.jpg"'
    done = give(signed.case, Resolve(result=quoted, evidence=(RESULT,)), LATER)
    return done.case, (*opening.events, *signed.events, *done.events)


async def journaled(journal: PostgresJournal, event_id: str, tenant: str = "youchegang") -> str:
    case, events = life(event_id, tenant)
    await journal.append(batch_of(case, events, summarize(case)))
    return case.case_id


async def test_the_photo_of_a_complaint_and_the_file_of_a_result_are_found_with_their_moments(
    files: PostgresFiles, journal: PostgresJournal
) -> None:
    first = await journaled(journal, "1")
    asked = (RESULT.sha256, PHOTO.sha256, "c" * 64)

    assert await files.seen("youchegang", asked, "another") == (
        SeenFile(RESULT.sha256, first, LATER),
        SeenFile(PHOTO.sha256, first, OPENED),
    )


async def test_a_case_finds_its_own_use_besides_those_of_many_others(
    files: PostgresFiles, journal: PostgresJournal
) -> None:
    numbers = [await journaled(journal, str(number)) for number in range(MOST + 3)]
    own = max(numbers)
    found = await files.seen("youchegang", (PHOTO.sha256,), own)

    assert sorted({*numbers} - {own})[:MOST] == [
        file.case_id for file in found if file.case_id != own
    ]
    assert own in {file.case_id for file in found}


async def test_another_tenant_is_not_found(files: PostgresFiles, journal: PostgresJournal) -> None:
    await journaled(journal, "1", "elsewhere")

    assert await files.seen("youchegang", (PHOTO.sha256,), "another") == ()


async def test_a_repeated_batch_changes_nothing(
    files: PostgresFiles, journal: PostgresJournal
) -> None:
    first, again = await journaled(journal, "1"), await journaled(journal, "1")

    assert first == again
    assert 1 == len(await files.seen("youchegang", (PHOTO.sha256,), "another"))


async def test_a_rebuild_of_the_read_model_computes_it_again(
    files: PostgresFiles,
    journal: PostgresJournal,
    superuser: psycopg.Connection,
    database: Database,
) -> None:
    case, events = life("1")
    await journal.append(batch_of(case, events, summarize(case)))
    before = await files.seen("youchegang", (PHOTO.sha256, RESULT.sha256), "another")
    wrong = "UPDATE sanban.case_files SET sha256 = sha256(sha256), at = at - interval '1 day'"
    superuser.execute(wrong)
    await PostgresCases(database).restore(batch_of(case, events, summarize(case)).row)

    assert 2 == len(before)
    assert before == await files.seen("youchegang", (PHOTO.sha256, RESULT.sha256), "another")


async def test_files_of_a_case_that_the_journal_does_not_have_are_forgotten(
    files: PostgresFiles,
    journal: PostgresJournal,
    superuser: psycopg.Connection,
    database: Database,
) -> None:
    await journaled(journal, "1")
    superuser.execute("UPDATE sanban.case_files SET case_id = 'gone'")
    await PostgresCases(database).forget_unjournaled()

    assert await files.seen("youchegang", (PHOTO.sha256,), "another") == ()


def test_what_was_handed_in_before_the_table_was_there_is_in_it(
    postgres_server: EmbeddedPostgres, fresh_database: str
) -> None:
    dsn = postgres_server.dsn(dbname=fresh_database)
    case, events = life("1")
    batch = batch_of(case, events, summarize(case))
    before = [each for each in shipped() if each.name < "0024_case_files.sql"]
    migrate(dsn, migrations=before, scripts=())
    with psycopg.connect(dsn) as superuser:
        superuser.execute(
            "SELECT sanban.case_append(%s, 1, %b, %s::jsonb)",
            (batch.case_id, [body.encode() for body in batch.bodies], batch.row.model_dump_json()),
        )
    migrate(dsn)
    with psycopg.connect(dsn) as superuser:
        found = superuser.execute(
            "SELECT encode(sha256, 'hex'), tenant, at FROM sanban.case_files ORDER BY at"
        ).fetchall()

    assert found == [
        (PHOTO.sha256, "youchegang", OPENED),
        (RESULT.sha256, "youchegang", LATER),
    ]


async def test_a_file_is_unused_that_no_row_of_its_case_names(
    files: PostgresFiles, journal: PostgresJournal
) -> None:
    case = await journaled(journal, "1")
    other = await journaled(journal, "2")
    named, lost = (case, f"{RESULT.sha256}.jpg"), (case, f"{'d' * 64}.pdf")
    quoted = (other, f"{'c' * 64}.jpg")  # a text that quotes a file has none
    not_begun, no_digest = ("7kq2m-9xa4t-bnc2w", f"{'d' * 64}.jpg"), (case, "0.jpg")

    asked = [named, lost, quoted, not_begun, no_digest]
    assert sorted(await files.unused(asked)) == sorted([lost, quoted])
    assert await files.unused([]) == []
