import asyncio
from contextlib import aclosing

import psycopg
import pytest

from domain.audit.hash_chain import first_break, genesis
from store.connection import Database
from store.errors import ConflictingRow, GapInJournal, Unstorable
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, body, row, stage

SEQ_AND_STAGE = "SELECT seq, stage FROM sanban.cases WHERE case_id = %s"


async def test_rows_are_kept_in_order_and_chained(journal: PostgresJournal) -> None:
    await journal.append(stage("c1", 1, 3))
    await journal.append(stage("c1", 4))

    rows = await journal.read("c1")
    assert [1, 2, 3, 4] == [row.seq for row in rows]
    assert [body("c1", seq).encode() for seq in range(1, 5)] == [row.body for row in rows]
    assert genesis("c1") == rows[0].previous
    assert None is first_break("c1", rows)


async def test_a_case_nobody_knows_has_no_rows_and_seq_0(journal: PostgresJournal) -> None:
    assert [] == await journal.read("c1")
    assert 0 == await journal.journaled_seq("c1")


async def test_doing_it_twice_is_doing_it_once(
    journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 3))
    before = superuser.execute("SELECT * FROM sanban.journal").fetchall()
    await journal.append(stage("c1", 1, 3))
    await journal.append(stage("c1", 1, 2))

    assert before == superuser.execute("SELECT * FROM sanban.journal").fetchall()


async def test_a_batch_that_was_kept_in_part_is_completed(journal: PostgresJournal) -> None:
    await journal.append(stage("c1", 1, 2))
    await journal.append(stage("c1", 2, 3))

    assert 4 == await journal.journaled_seq("c1")
    assert None is first_break("c1", await journal.read("c1"))


@pytest.mark.parametrize("changed", [1, 2, 3])
async def test_other_bytes_for_a_known_seq_are_refused_whole(
    journal: PostgresJournal, changed: int
) -> None:
    await journal.append(stage("c1", 1, 3))
    bodies = [body("c1", seq) for seq in range(1, 5)]
    bodies[changed - 1] = body("c1", changed, changed=True)

    with pytest.raises(ConflictingRow) as caught:
        await journal.append(stage("c1", 1, 4).model_copy(update={"bodies": tuple(bodies)}))

    assert "c1" == caught.value.case_id
    assert changed == caught.value.seq
    assert 3 == await journal.journaled_seq("c1")


@pytest.mark.parametrize(("kept", "first"), [(0, 2), (2, 4), (2, 9)])
async def test_a_gap_is_refused(journal: PostgresJournal, kept: int, first: int) -> None:
    if kept:
        await journal.append(stage("c1", 1, kept))

    with pytest.raises(GapInJournal) as caught:
        await journal.append(stage("c1", first))

    assert "c1" == caught.value.case_id
    assert kept == caught.value.head
    assert first == caught.value.first_seq
    assert kept == await journal.journaled_seq("c1")


async def test_what_no_retry_can_make_storable_says_so(journal: PostgresJournal) -> None:
    good = stage("c1", 1)
    for bad in (
        good.model_copy(update={"bodies": ('{"kind":"no instant"}',)}),
        good.model_copy(update={"bodies": ("not JSON",)}),
        good.model_copy(update={"bodies": ()}),
        good.model_copy(update={"first_seq": 0, "row": row("c1", 0)}),
        good.model_copy(update={"row": row("c2", 1)}),
        good.model_copy(update={"row": row("c1", 2)}),
        good.model_copy(update={"row": row("c1", 1, title="a\0b")}),
    ):
        with pytest.raises(Unstorable):
            await journal.append(bad)

    assert 0 == await journal.journaled_seq("c1")


async def test_the_column_at_is_the_instant_in_the_body(
    journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    text = '{"at":"2026-11-24T16:00:00+08:00"}'
    await journal.append(stage("c1", 1).model_copy(update={"bodies": (text,)}))

    assert (AT,) == superuser.execute("SELECT at FROM sanban.journal").fetchone()


async def test_two_writers_of_one_case_both_succeed_and_write_once(
    journal: PostgresJournal,
) -> None:
    """As when a worker lost its case and does not know it yet."""
    for first in range(1, 41, 2):
        await asyncio.gather(*(journal.append(stage("c1", first, 2)) for _ in range(4)))

    rows = await journal.read("c1")
    assert 40 == len(rows)
    assert None is first_break("c1", rows)


async def test_of_two_writers_who_disagree_one_is_refused(journal: PostgresJournal) -> None:
    for seq in range(1, 21):
        mine = stage("c1", seq)
        theirs = mine.model_copy(update={"bodies": (body("c1", seq, theirs=True),)})

        ends = await asyncio.gather(
            journal.append(mine), journal.append(theirs), return_exceptions=True
        )

        assert [ConflictingRow] == [type(end) for end in ends if end is not None]
    assert None is first_break("c1", await journal.read("c1"))


async def test_many_cases_are_written_side_by_side(journal: PostgresJournal) -> None:
    async def life(case_id: str) -> None:
        for first in (1, 4, 7):
            await journal.append(stage(case_id, first, 3))

    await asyncio.gather(*(life(f"c{number}") for number in range(30)))

    cases = [case_id async for case_id in journal.stream_cases()]
    assert sorted(f"c{number}" for number in range(30)) == cases
    for case_id in cases:
        assert None is first_break(case_id, await journal.read(case_id))


async def test_the_read_model_moves_with_the_journal(
    journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 2, stage="dispatched"))
    await journal.append(stage("c1", 3, stage="signed"))

    assert (3, "signed") == superuser.execute(SEQ_AND_STAGE, ("c1",)).fetchone()


async def test_an_older_batch_never_turns_the_read_model_back(
    journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 2, stage="dispatched"))
    await journal.append(stage("c1", 3, stage="signed"))
    await journal.append(stage("c1", 1, 2, stage="dispatched"))

    assert (3, "signed") == superuser.execute(SEQ_AND_STAGE, ("c1",)).fetchone()


async def test_an_older_batch_does_not_stand_in_for_a_lost_row(
    journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, 2))
    await journal.append(stage("c1", 3))
    superuser.execute("DELETE FROM sanban.cases")
    await journal.append(stage("c1", 1, 2))

    assert None is superuser.execute(SEQ_AND_STAGE, ("c1",)).fetchone()


async def test_rows_stream_case_by_case_in_order(journal: PostgresJournal) -> None:
    for case_id in ("b", "a", "B"):
        await journal.append(stage(case_id, 1, 2))

    streamed = [(row.case_id, row.seq) async for row in journal.stream_rows()]

    assert [("B", 1), ("B", 2), ("a", 1), ("a", 2), ("b", 1), ("b", 2)] == streamed


async def test_a_stream_left_early_gives_its_connection_back(
    journal: PostgresJournal, database: Database
) -> None:
    await journal.append(stage("c1", 1, 3))

    for _ in range(20):
        async with aclosing(journal.stream_rows()) as rows:
            async for _ in rows:
                break

    assert 1 == (await database.fetch("SELECT 1"))[0][0]
