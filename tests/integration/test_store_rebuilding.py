"""What a rebuild reads and puts: whole cases in stretches, and no row of another moment."""

import psycopg
import pytest

from store.cases import rebuilding
from store.cases.rebuilding import PostgresRebuilding
from store.connection import Connection, Database
from store.journal.operations import Operation, PostgresOperations
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, body, row, stage


@pytest.fixture
def store(database: Database) -> PostgresRebuilding:
    return PostgresRebuilding(database)


async def test_every_case_comes_once_and_whole_however_short_the_stretches(
    monkeypatch: pytest.MonkeyPatch, journal: PostgresJournal, store: PostgresRebuilding
) -> None:
    monkeypatch.setattr(rebuilding, "_CASES_AT_A_TIME", 3)
    monkeypatch.setattr(rebuilding, "_ROWS_AT_A_TIME", 4)
    lengths = {"c1": 1, "c2": 9, "c3": 2, "c4": 2, "c5": 1, "c6": 1, "c7": 1}
    for case_id, length in lengths.items():
        await journal.append(stage(case_id, 1, length))
    stretches = [stretch async for stretch in store.stretches()]

    assert [["c1"], ["c2"], ["c3", "c4"], ["c5", "c6", "c7"]] == [
        [kept.case_id for kept in stretch] for stretch in stretches
    ]
    for kept in (kept for stretch in stretches for kept in stretch):
        length = lengths[kept.case_id]
        assert length == kept.head
        assert length == len(kept.rows)
        assert list(kept.rows) == await journal.read(kept.case_id)
        assert row(kept.case_id, length) == kept.shown
    assert len(lengths) == await store.number()


async def nothing_else(_connection: Connection, _first: int) -> None:
    """Beside what is journaled."""


async def test_chains_of_operations_are_no_cases(
    database: Database, journal: PostgresJournal, store: PostgresRebuilding
) -> None:
    await journal.append(stage("z1", 1))
    about = Operation("o1", "discard", AT, "youchegang", "li", "sent again", "letters/0/1")
    await PostgresOperations(database).append([about], nothing_else)

    assert 1 == await store.number()
    assert ["z1"] == [each.case_id async for found in store.stretches() for each in found]
    assert [] == await store.beginning_with("operations/")
    assert [] == await store.unjournaled()


async def test_a_row_is_put_whatever_is_there_and_never_one_of_another_moment(
    superuser: psycopg.Connection, journal: PostgresJournal, store: PostgresRebuilding
) -> None:
    for case_id in ("c1", "c2", "c3"):
        await journal.append(stage(case_id, 1, 2))
    superuser.execute("UPDATE sanban.cases SET title = 'other', spot = 'nowhere', seq = 9")
    superuser.execute("DELETE FROM sanban.cases WHERE case_id = 'c2'")
    done = await store.restore([row("c1", 2), row("c2", 2), row("c3", 1), row("c4", 1)])
    shown = {kept.case_id: kept.shown for kept in await store.stored(["c3", "c1", "c2"])}

    assert {"c1", "c2"} == done
    assert [row("c1", 2), row("c2", 2)] == [shown["c1"], shown["c2"]]
    assert "other" == (shown["c3"].title if shown["c3"] else None)
    assert {"c1": 2, "c3": 2} == await store.heads(["c1", "c3", "c4"])


async def test_a_row_of_a_case_that_the_journal_does_not_have_is_found(
    superuser: psycopg.Connection, journal: PostgresJournal, store: PostgresRebuilding
) -> None:
    await journal.append(stage("c1", 1))
    superuser.execute(
        "INSERT INTO sanban.cases"
        """ SELECT (jsonb_populate_record(c, '{"case_id": "none"}')).* FROM sanban.cases c"""
    )

    assert ["none"] == await store.unjournaled()


async def test_what_a_case_heard_is_known_by_its_rows_also_where_it_said_no(
    journal: PostgresJournal, store: PostgresRebuilding
) -> None:
    """A text that looks like it is a text."""
    heard = ("join", "leave", "follow", "pass_on")
    forged = {"note": '"command":"join","command_id":"forged"'}
    for seq, command in enumerate(("sign", *heard), start=1):
        said = body("c1", seq, command=command, command_id=f"other:{seq}:0", fact=forged)
        await journal.append(stage("c1", seq).model_copy(update={"bodies": (said,)}))
    said = body("c2", 1, command="comment", command_id="own", fact=forged)
    await journal.append(stage("c2", 1).model_copy(update={"bodies": (said,)}))

    assert {"c1": {f"other:{seq}:0" for seq in range(2, 6)}, "c2": set(), "c3": set()} == (
        await store.heard(["c1", "c2", "c3"])
    )
