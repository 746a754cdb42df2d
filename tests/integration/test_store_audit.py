import psycopg
import pytest
from psycopg import sql

from store.connection import Database
from store.errors import StoreUnavailable
from store.journal.audit import JournalAudit, verify
from store.journal.rows import PostgresJournal
from tests.integration.stages import body, stage

DELETE_CASE = sql.SQL("DELETE FROM sanban.{} WHERE case_id = %s")
BACKENDS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sanban_app'"


@pytest.fixture(autouse=True)
async def three_cases(journal: PostgresJournal) -> None:
    for case_id in ("a", "b", "c"):
        await journal.append(stage(case_id, 1, 3))
        await journal.append(stage(case_id, 4, 2))


@pytest.fixture
def intruder(superuser: psycopg.Connection) -> psycopg.Connection:
    """Who has the superuser's rights and switched the triggers off."""
    for table in ("journal", "journal_heads"):
        superuser.execute(f"ALTER TABLE sanban.{table} DISABLE TRIGGER ALL")
    return superuser


async def first_bad_place(database: Database) -> tuple[str, int, str]:
    report = await verify(database)
    assert not report.intact
    assert 1 == report.broken
    (found,) = report.breaks
    return found.case_id, found.seq, found.reason


async def test_an_untouched_journal_is_intact(database: Database) -> None:
    report = await verify(database)

    assert report.intact
    assert 3 == report.cases
    assert 15 == report.rows
    assert 0 == report.broken
    assert [] == report.breaks


async def test_a_flipped_bit_is_found(database: Database, intruder: psycopg.Connection) -> None:
    intruder.execute(
        "UPDATE sanban.journal SET body = set_bit(body, 9, 1 - get_bit(body, 9))"
        " WHERE case_id = 'b' AND seq = 3"
    )

    assert ("b", 3, "bytes do not match the stored hash") == await first_bad_place(database)


async def test_a_row_written_anew_with_its_hash_is_found_at_the_next(
    database: Database, intruder: psycopg.Connection
) -> None:
    intruder.execute(
        "UPDATE sanban.journal SET body = %s, hash = sha256(prev || %s)"
        " WHERE case_id = 'b' AND seq = 3",
        (b"{}", b"{}"),
    )

    assert ("b", 4, "is not chained to the row before it") == await first_bad_place(database)


async def test_a_deleted_row_is_found(database: Database, intruder: psycopg.Connection) -> None:
    intruder.execute("DELETE FROM sanban.journal WHERE case_id = 'b' AND seq = 2")

    assert ("b", 2, "row 2 is missing; the next one kept is 3") == await first_bad_place(database)


async def test_swapped_rows_are_found(database: Database, intruder: psycopg.Connection) -> None:
    intruder.execute("UPDATE sanban.journal SET seq = -seq WHERE case_id = 'b' AND seq IN (2, 3)")
    intruder.execute("UPDATE sanban.journal SET seq = 5 + seq WHERE case_id = 'b' AND seq < 0")

    assert ("b", 2, "is not chained to the row before it") == await first_bad_place(database)


@pytest.mark.parametrize(
    ("kept", "said"), [(3, "the last one kept is 3"), (1, "the last one"), (0, "none is kept")]
)
async def test_a_cut_tail_is_found(
    database: Database, intruder: psycopg.Connection, kept: int, said: str
) -> None:
    intruder.execute("DELETE FROM sanban.journal WHERE case_id = 'b' AND seq > %s", (kept,))

    case_id, seq, reason = await first_bad_place(database)
    assert "b" == case_id
    assert kept + 1 == seq
    assert said in reason
    assert "the tail is cut" in reason


async def test_a_tail_cut_together_with_its_head_is_found_by_the_read_model(
    database: Database, intruder: psycopg.Connection
) -> None:
    intruder.execute("DELETE FROM sanban.journal WHERE case_id = 'b' AND seq > 3")
    intruder.execute(
        "UPDATE sanban.journal_heads h SET seq = 3, hash = j.hash FROM sanban.journal j"
        " WHERE (j.case_id, j.seq) = ('b', 3) AND h.case_id = 'b'"
    )

    assert ("b", 3, "the read model shows row 5, the journal is at row 3") == await first_bad_place(
        database
    )


async def test_rows_beyond_the_head_are_found(
    database: Database, intruder: psycopg.Connection
) -> None:
    intruder.execute(
        "INSERT INTO sanban.journal SELECT case_id, 6, at, %s, hash, sha256(hash || %s)"
        " FROM sanban.journal WHERE case_id = 'b' AND seq = 5",
        (b"{}", b"{}"),
    )

    assert ("b", 6, "the head knows nothing after row 5") == await first_bad_place(database)


async def test_a_chain_written_anew_from_its_first_row_is_found(
    database: Database, intruder: psycopg.Connection
) -> None:
    intruder.execute("DELETE FROM sanban.journal WHERE case_id = 'b'")
    intruder.execute("CREATE TEMP TABLE head AS SELECT * FROM sanban.journal_heads")
    intruder.execute("DELETE FROM sanban.journal_heads WHERE case_id = 'b'")
    bodies = [body("b", seq, forged=True).encode() for seq in range(1, 6)]
    intruder.execute("SELECT sanban.journal_append('b', 1, %s)", (bodies,))
    intruder.execute(
        "UPDATE sanban.journal_heads h SET hash = head.hash FROM head"
        " WHERE (h.case_id, head.case_id) = ('b', 'b')"
    )

    case_id, seq, reason = await first_bad_place(database)
    assert "b" == case_id
    assert 5 == seq
    assert "was rewritten" in reason


@pytest.mark.parametrize("case_id", ["a", "b", "c"])
async def test_a_case_whose_head_was_removed_is_found(
    database: Database, intruder: psycopg.Connection, case_id: str
) -> None:
    for table in ("journal_heads", "cases"):
        intruder.execute(DELETE_CASE.format(sql.Identifier(table)), (case_id,))

    assert (case_id, 1, "has rows and no head") == await first_bad_place(database)


@pytest.mark.parametrize("case_id", ["a", "b", "c"])
async def test_a_case_removed_from_the_journal_is_found_by_its_read_model(
    database: Database, intruder: psycopg.Connection, case_id: str
) -> None:
    for table in ("journal_heads", "journal"):
        intruder.execute(DELETE_CASE.format(sql.Identifier(table)), (case_id,))

    assert (case_id, 1, "is in the read model and not in the journal") == await first_bad_place(
        database
    )


async def test_a_read_model_row_that_lags_or_is_lost_is_found(
    database: Database, intruder: psycopg.Connection
) -> None:
    intruder.execute("UPDATE sanban.cases SET seq = 4 WHERE case_id = 'a'")
    intruder.execute("DELETE FROM sanban.cases WHERE case_id = 'c'")

    report = await verify(database)

    assert [
        ("a", "the read model shows row 4, the journal is at row 5"),
        ("c", "the read model is missing, the journal is at row 5"),
    ] == [(found.case_id, found.reason) for found in report.breaks]


async def test_the_list_of_breaks_is_bounded_and_the_count_is_not(
    database: Database, journal: PostgresJournal, intruder: psycopg.Connection
) -> None:
    for number in range(120):
        await journal.append(stage(f"n{number}", 1))
    intruder.execute("UPDATE sanban.journal SET body = ''")

    report = await verify(database)

    assert 123 == report.broken
    assert 100 == len(report.breaks)


async def test_progress_is_told_case_by_case(database: Database) -> None:
    seen: list[tuple[int, int]] = []

    await verify(database, lambda report: seen.append((report.cases, report.rows)))

    assert [(1, 5), (2, 10), (3, 15)] == seen


async def test_writers_during_the_audit_are_no_break(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    def write_meanwhile(report: JournalAudit) -> None:
        bodies = [body("c", 5 + report.cases).encode()]
        superuser.execute("SELECT sanban.journal_append('c', %s, %s)", (5 + report.cases, bodies))

    report = await verify(database, write_meanwhile)

    assert report.intact
    assert 8 == await journal.journaled_seq("c")


async def test_an_audit_does_not_hold_the_relay_back(
    database: Database, journal: PostgresJournal
) -> None:
    async with database.snapshot() as connection:
        await connection.execute("SELECT count(*) FROM sanban.journal")
        await journal.append(stage("late", 1))

        assert [("late",)] == await database.fetch(
            "SELECT case_id FROM sanban.journal WHERE case_id = 'late'"
            " AND xid < pg_snapshot_xmin(pg_current_snapshot())"
        )


async def test_an_audit_cut_off_says_so(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    for number in range(120):
        await journal.append(stage(f"n{number}", 1, 5))

    def cut_off(report: JournalAudit) -> None:
        superuser.execute(BACKENDS)

    with pytest.raises(StoreUnavailable, match="terminating connection"):
        await verify(database, cut_off)
