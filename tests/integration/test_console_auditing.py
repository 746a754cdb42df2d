"""What an auditor is shown on the real database: proofs that the published verifier takes."""

import io
from dataclasses import replace

import psycopg
import pytest

from domain.privacy.readings import Purpose
from runtime.services.console.auditing import ConsoleAudit
from runtime.wiring.policy_registry import PolicyRegistry
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.packs.published import PostgresPolicies
from store.privacy.readings import PersonalReading, PostgresReadings, ReadingKind
from tests.exports import KEY
from tests.integration.stages import AT, stage
from tests.integration.test_store_exports import audited, take

READ = PersonalReading(
    id="r-1",
    kind=ReadingKind.REPORTER,
    at=AT,
    tenant="town",
    person="ruan-fang",
    about="a",
    purpose=Purpose.CALLBACK,
    why="回访",
    door="console",
)


@pytest.fixture
async def audit(database: Database, journal: PostgresJournal) -> ConsoleAudit:
    await journal.append(stage("a", 1, 3))
    await PostgresReadings(database).note(READ)
    return ConsoleAudit(database, PolicyRegistry({}, PostgresPolicies(database)))


async def signed(database: Database, superuser: psycopg.Connection) -> None:
    """A checkpoint of all rows, by a key that the database names."""
    superuser.execute(
        "INSERT INTO sanban.checkpoint_keys (key, size, at) VALUES (%s, 0, %s)",
        (str(KEY.public), AT),
    )
    await take(database)


async def test_a_row_of_operations_is_proved_and_the_file_verifies_elsewhere(
    audit: ConsoleAudit, database: Database, superuser: psycopg.Connection
) -> None:
    await signed(database, superuser)
    file = io.BytesIO()

    report = await audit.proof("operations/town", 1, file)
    page = await audit.checkpoints(None, 10)

    assert report.proved
    assert audited(file.getvalue()).proved
    assert [each.wrong for each in page.checkpoints] == [""]
    assert page.checkpoints[0].signer == str(KEY.public)
    assert page.lag == 0


async def test_without_a_checkpoint_a_row_is_not_proved(audit: ConsoleAudit) -> None:
    report = await audit.proof("a", 2, io.BytesIO())

    assert not report.proved
    assert report.rows == 1
    assert report.checkpoints == 0


async def test_an_altered_row_breaks_its_chain(
    audit: ConsoleAudit, superuser: psycopg.Connection
) -> None:
    whole = await audit.chain("a", since=2, limit=10)
    superuser.execute("ALTER TABLE sanban.journal DISABLE TRIGGER USER")
    superuser.execute(
        "UPDATE sanban.journal SET body = body || ' ' WHERE case_id = 'a' AND seq = 2"
    )
    altered = await audit.chain("a", since=1, limit=10)

    assert whole.broken == ""
    assert whole.total == 3
    assert [row.seq for row in whole.rows] == [2, 3]
    assert altered.broken == "row 2 has other bytes than its hash says"


async def test_readings_are_found_by_kind_and_by_case(
    audit: ConsoleAudit, database: Database
) -> None:
    await PostgresReadings(database).note(replace(READ, id="r-2", about="b"))

    both = await audit.operations("town", kinds=["reporter_read"])
    first = await audit.operations("town", about="a")
    none = await audit.operations("town", kinds=["person_erased"])
    one = await audit.operations("town", limit=1)

    assert [row.about for row in both.rows] == ["b", "a"]
    assert [row.about for row in first.rows] == ["a"]
    assert list(none.rows) == []
    assert one.older == 2
    assert first.rows[0].details == {"purpose": "callback", "door": "console"}
