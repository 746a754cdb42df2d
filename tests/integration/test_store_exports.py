"""An export reads what the database has, as it is: whole, a case, a period."""

from datetime import timedelta

import psycopg
import pytest

from domain.audit.checkpoints import Checkpoint
from domain.audit.merkle import Edge
from schemas.audit.exports import Between, Consistency, Everything, OneChain, OneRow, Scope
from schemas.audit.findings import VerificationReport
from schemas.audit.signed_notes import sign
from schemas.audit.verification import Verification
from store.connection import Database
from store.journal.checkpoints import PostgresCheckpoints, StoredCheckpoint
from store.journal.exports import PostgresExports
from store.journal.rows import PostgresJournal
from tests.exports import KEY, ORIGIN
from tests.integration.leases import taken
from tests.integration.stages import AT, stage


async def take(database: Database) -> None:
    """A checkpoint of all rows there are."""
    store = PostgresCheckpoints(database)
    last = await store.latest()
    after = last.through if last else 0
    through = await store.settled(after)
    assert through is not None
    edge = Edge(last.size, last.edge) if last else Edge()
    async for hashes in store.hashes(after, through):
        edge.extend(hashes)
    checkpoint = Checkpoint(ORIGIN, edge.size, edge.root(), AT, through)
    kept = StoredCheckpoint(
        edge.size, AT, edge.root(), through, edge.hashes, sign(checkpoint.text(), KEY)
    )
    async with taken(store.lead) as lease:
        await store.keep(lease, kept, before=last.size if last else 0)


async def exported(database: Database, scope: Scope) -> bytes:
    return b"".join([some.lines async for some in PostgresExports(database).lines(scope)])


def audited(export: bytes) -> VerificationReport:
    audit = Verification([KEY.public])
    audit.feed(export)
    return audit.finish()


@pytest.fixture(autouse=True)
async def journal_of_three(journal: PostgresJournal, database: Database) -> None:
    """Cases a to c, some rows at a time; four checkpoints, and two rows behind the last."""
    for case_id in ("a", "b"):
        await journal.append(stage(case_id, 1, 3))
    await take(database)
    await journal.append(stage("c", 1, 2))
    await take(database)
    await journal.append(stage("a", 4, 3))
    await take(database)
    await journal.append(stage("b", 4, 1))
    await take(database)
    await journal.append(stage("c", 3, 2))


async def test_everything_is_exported_and_proved(database: Database) -> None:
    report = audited(await exported(database, Everything()))

    assert report.findings == []
    assert report.rows == 14
    assert report.chains == 3
    assert report.checkpoints == 4
    assert report.covered == 12


async def test_a_case_is_exported_and_proved_without_the_others(database: Database) -> None:
    for case_id, rows, checkpoints in (("a", 6, 3), ("b", 4, 2), ("c", 4, 2)):
        export = await exported(database, OneChain(case_id))
        report = audited(export)
        shown = [line.split(b"\t") for line in export.splitlines() if line.startswith(b"row")]

        assert report.findings == []
        assert report.rows == rows
        assert report.chains == 1
        assert report.size == 14
        assert checkpoints == report.checkpoints
        assert {fields[2] for fields in shown} == {case_id.encode()}

    # It begins at the last checkpoint before it: a case of today does not read the rows of years.
    passed = [some.rows async for some in PostgresExports(database).lines(OneChain("c"))]

    assert passed[0] == 6
    assert sum(passed) == 14
    assert await PostgresExports(database).beginning_with("") == ["a", "b", "c"]
    assert await PostgresExports(database).beginning_with("b") == ["b"]


async def test_a_period_is_exported_and_proved(database: Database) -> None:
    since, until = AT + timedelta(minutes=4), AT + timedelta(minutes=6)
    some = audited(await exported(database, Between(since, until)))
    nothing = audited(await exported(database, Between(AT - timedelta(days=9), AT)))

    assert some.findings == nothing.findings == []
    assert some.rows == 4
    assert some.chains == 3
    assert some.size == 14
    assert nothing.rows == 0
    assert nothing.size == 14


async def test_one_row_and_two_checkpoints_are_proved(database: Database) -> None:
    row = audited(await exported(database, OneRow("a", 5)))
    both = audited(await exported(database, Consistency(6, 12)))

    assert row.findings == both.findings == []
    assert row.rows == 1
    assert row.covered == 1
    assert both.rows == 0
    assert both.checkpoints == 2
    assert await PostgresExports(database).has_checkpoints(6, 12)
    assert not await PostgresExports(database).has_checkpoints(6, 7)


async def test_what_was_altered_is_exported_as_it_is(
    database: Database, superuser: psycopg.Connection
) -> None:
    superuser.execute("ALTER TABLE sanban.checkpoints DISABLE TRIGGER ALL")
    superuser.execute("ALTER TABLE sanban.checkpoints DROP CONSTRAINT checkpoints_check")
    superuser.execute("UPDATE sanban.checkpoints SET edge = edge || edge WHERE size = 6")
    superuser.execute("ALTER TABLE sanban.journal DISABLE TRIGGER ALL")
    superuser.execute(
        "UPDATE sanban.journal SET body = '\\xff0a09ff' WHERE (case_id, seq) = ('b', 2)"
    )

    # Where a part would begin is lost: all rows are read.
    assert audited(await exported(database, OneChain("c"))).findings == []
    first = audited(await exported(database, Everything())).findings[0]
    assert "b" == first.chain
    assert 2 == first.seq
