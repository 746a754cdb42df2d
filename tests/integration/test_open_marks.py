"""The marks of open cases, by which lists find them, are what the rows of the cases say."""

import random
from datetime import timedelta

import psycopg

from domain.case.access import Reach
from store.cases.filters import CaseFilter
from store.cases.read_model import PostgresCases
from store.cases.rebuilding import PostgresRebuilding
from store.cases.row_access import PersonsDatabase
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

TOWN, UNITS = "youchegang", ("platform", "squad", "water", "fire")
MARKS = """
SELECT case_id, mark, tenant, next_due, stage, reads, waits, units FROM sanban.open_marks
ORDER BY case_id, mark
"""
ROWS = """
SELECT case_id, tenant, next_due, stage, units, inbox FROM sanban.cases
WHERE closed_at IS NULL ORDER BY case_id
"""
WHERE = "SELECT mark, ctid FROM sanban.open_marks ORDER BY mark"


def kept(superuser: psycopg.Connection) -> list[tuple[object, ...]]:
    return superuser.execute(MARKS).fetchall()


def meant(superuser: psycopg.Connection) -> list[tuple[object, ...]]:
    """Return the marks that follow from the rows of the cases."""
    return [
        (case_id, mark, tenant, due, at, mark in units, mark in inbox, units)
        for case_id, tenant, due, at, units, inbox in superuser.execute(ROWS).fetchall()
        for mark in sorted({*units, *inbox})
    ]


async def test_marks_follow_their_cases_whatever_happens_to_them(
    journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    chance, seqs, most = random.Random(3), dict[str, int](), 0  # noqa: S311
    for _ in range(150):
        case_id = f"c{chance.randint(0, 19)}"
        seqs[case_id] = seqs.get(case_id, 0) + 1
        over, due = chance.random() < 0.2, AT + timedelta(hours=chance.randint(0, 3))
        await journal.append(
            stage(
                case_id,
                seqs[case_id],
                1,
                stage="closed" if over else chance.choice(("dispatched", "signed")),
                units=tuple(chance.sample(UNITS, chance.randint(0, 3))),
                inbox=() if over else tuple(chance.sample((*UNITS, "squad/crew"), 2)),
                next_due=chance.choice((None, due)),
                closed_at=AT if over else None,
            )
        )
        assert kept(superuser) == meant(superuser)
        most = max(most, len(kept(superuser)))
    for change in (
        "UPDATE sanban.cases SET next_due = now(), tenant = 'city' WHERE case_id < 'c13'",
        "DELETE FROM sanban.cases WHERE case_id < 'c12'",
    ):
        superuser.execute(change.encode())
        assert kept(superuser) == meant(superuser) != []
    superuser.execute("TRUNCATE sanban.cases CASCADE")
    assert kept(superuser) == []
    assert most > len(UNITS)


async def test_an_act_that_changes_no_mark_writes_none(
    journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("c1", 1, units=("squad",), inbox=("squad", "water")))
    before = superuser.execute(WHERE).fetchall()
    await journal.append(stage("c1", 2, units=("squad",), inbox=("squad", "water"), level=2))
    after = superuser.execute(WHERE).fetchall()
    await journal.append(stage("c1", 3, units=("squad",), inbox=("squad",), level=2))

    assert after == before
    assert superuser.execute(WHERE).fetchall() == before[:1]


async def test_a_rebuild_finds_wrong_marks_and_puts_them_right(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    rebuilding = PostgresRebuilding(database)
    for number in range(4):
        await journal.append(stage(f"c{number}", 1, units=("squad",), inbox=("squad", "water")))
    await journal.append(stage("over", 1, units=("squad",), inbox=(), closed_at=AT))
    before = kept(superuser)
    assert await rebuilding.wrong_marks() == []

    superuser.execute("DELETE FROM sanban.open_marks WHERE case_id = 'c0'")
    superuser.execute("UPDATE sanban.open_marks SET next_due = now() WHERE case_id = 'c1'")
    superuser.execute(
        "INSERT INTO sanban.open_marks SELECT i, m.mark, m.tenant, m.next_due, m.stage, m.reads,"
        " m.waits, m.units FROM sanban.open_marks m, unnest(ARRAY['over', 'ghost']) i"
        " WHERE m.case_id = 'c2'"
    )
    wrong = await rebuilding.wrong_marks()
    await rebuilding.put_marks(wrong)

    assert wrong == ["c0", "c1", "ghost", "over"]
    assert await rebuilding.wrong_marks() == []
    assert kept(superuser) == before


async def test_a_case_of_several_marks_is_in_a_list_once(
    database: Database, journal: PostgresJournal
) -> None:
    both = ("squad", "water")
    for number in range(5):
        due = AT + timedelta(hours=number % 2)
        await journal.append(stage(f"c{number}", 1, units=both, inbox=both, next_due=due))
    reader = PersonsDatabase(database, Reach("p", TOWN, both))

    for wanted in (CaseFilter(open_only=True), CaseFilter(inbox=both, open_only=True)):
        for limit in (1, 2, 5):
            page, total = await PostgresCases(reader).listed(wanted, now=AT, limit=limit)
            in_order = ["c0", "c2", "c4", "c1", "c3"]
            assert [row.case_id for row in page.rows] == in_order[:limit]
            assert total.number == len(in_order)
