"""The count of a tab is its list, for every role, also while cases change: one snapshot of both."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

import pytest

from domain.case.access import Reach
from domain.case.turns import Turn
from store.cases.filters import Bookmark, CaseFilter, Promise
from store.cases.read_model import CaseCount, PostgresCases
from store.cases.row_access import PersonsDatabase
from store.cases.tallies import overview
from store.connection import Connection, Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

T = TypeVar("T")

TOWN = "youchegang"
UNITS = ("platform", "squad", "water", "fire")
READERS = {
    "dispatcher": Reach("d", TOWN, ("platform",), whole_tenant=True, calls_back=True),
    "leader": Reach("l", TOWN, ("office",), whole_tenant=True),
    "handler": Reach("h", TOWN, ("squad",)),
    "head of two units": Reach("u", TOWN, ("water", "fire")),
    "of no unit": Reach("n", TOWN, ()),
    "of another town": Reach("o", "elsewhere", ("squad",), whole_tenant=True),
}
CASES, FILTERS, PAGE, MOST = 60, 200, 7, 1000
EVERYTHING = CaseFilter()


def looks(chance: random.Random) -> dict[str, object]:
    """Return what the row of a case shows after any stage."""
    due = AT + timedelta(hours=chance.randint(-40, 40))
    over = chance.random() < 0.2
    holder = chance.choice((None, *UNITS))
    return {
        "stage": "closed" if over else chance.choice(("dispatched", "signed", "verified")),
        "tier": chance.choice(("direct", "assign")),
        "holder": holder,
        "owed_by": chance.choice((None, *UNITS)),
        "units": tuple({*chance.sample(UNITS, 2), *([holder] if holder else [])}),
        "inbox": () if over else tuple(chance.sample((*UNITS, "call", "squad/crew"), 2)),
        "level": chance.randint(0, 4),
        "turn": chance.choice((*Turn, None)),
        "rests": chance.choice((True, False, None)),
        "citizen_due": chance.choice((None, due, due + timedelta(hours=9))),
        "next_due": None if over else chance.choice((None, due, due)),
        "due_clock": chance.choice(("holder", "citizen")),
        "missed_at": AT if over and chance.random() < 0.5 else None,
        "closed_at": AT if over else None,
    }


def a_filter(chance: random.Random) -> CaseFilter:
    """Return any list that a tab or a form can ask for."""

    def sometimes(value: T) -> T | None:
        return value if chance.random() < 0.2 else None

    return CaseFilter(
        tenant=TOWN,
        stage=sometimes(chance.choice(("dispatched", "closed"))),
        tier=sometimes("assign"),
        holder=sometimes(chance.choice(UNITS)),
        due_before=sometimes(AT + timedelta(hours=chance.randint(-9, 30))),
        due_from=sometimes(AT),
        inbox=sometimes(tuple(chance.sample((*UNITS, "call"), 2))),
        open_only=chance.random() < 0.6,
        late_only=chance.random() < 0.2,
        resting_only=chance.random() < 0.1,
        level=sometimes(chance.randint(1, 4)),
        turn=sometimes(chance.choice([*Turn])),
        promise=sometimes(chance.choice([*Promise])),
        owed_by=sometimes(chance.choice(UNITS)),
    )


@asynccontextmanager
async def busy(journal: PostgresJournal) -> AsyncIterator[None]:
    """Cases of the town change all the time."""
    chance = random.Random(7)  # noqa: S311
    seqs = {f"c{number:02}": 1 for number in range(CASES)}
    for case_id in seqs:
        await journal.append(stage(case_id, 1, 1, **looks(chance)))

    async def change() -> None:
        while True:
            case_id = chance.choice([*seqs])
            seqs[case_id] += 1
            await journal.append(stage(case_id, seqs[case_id], 1, **looks(chance)))

    writers = [asyncio.create_task(change())]
    try:
        yield
    finally:
        for task in writers:
            assert not task.done(), "no case has changed meanwhile"
            task.cancel()


async def walked(
    cases: PostgresCases, connection: Connection, wanted: CaseFilter
) -> tuple[list[str], CaseCount]:
    """Return the cases of all pages of a list, and what its first page says how many they are."""
    found, after, total = list[str](), None, None
    while total is None or after is not None:
        page, count = await cases.listed_on(connection, wanted, AT, PAGE, after)
        found += [row.case_id for row in page.rows]
        after, total = page.following, total or count
        assert count == total
        assert after is None or Bookmark.read(str(after)) == after
    return found, total


@pytest.mark.parametrize("who", READERS)
async def test_a_count_is_the_sum_over_the_pages_and_no_case_is_missing_or_there_twice(
    database: Database, journal: PostgresJournal, who: str
) -> None:
    chance = random.Random(who)  # noqa: S311
    reader = PersonsDatabase(database, READERS[who])
    cases, sizes = PostgresCases(reader), list[int]()
    async with busy(journal):
        for _ in range(FILTERS):
            wanted = a_filter(chance)
            async with reader.snapshot() as connection:
                found, total = await walked(cases, connection, wanted)
                whole, _ = await cases.listed_on(connection, wanted, AT, MOST, None)
            assert found == [row.case_id for row in whole.rows]
            assert len({*found}) == len(found)
            assert total == CaseCount(len(found))
            sizes.append(len(found))

    readable = who not in {"of no unit", "of another town"}
    assert any(sizes) == readable
    assert (max(sizes) > PAGE) == readable


async def test_the_figures_of_the_units_are_those_of_the_lists_beside_them(
    database: Database, journal: PostgresJournal
) -> None:
    cases = PostgresCases(PersonsDatabase(database, READERS["leader"]))
    opens = CaseFilter(tenant=TOWN, open_only=True)
    late = CaseFilter(tenant=TOWN, open_only=True, late_only=True)
    async with busy(journal):
        for _ in range(FILTERS // 10):
            found = await overview(cases, [(opens, 1, None), (late, 1, None)], now=AT, tenant=TOWN)
            [all_open, all_late] = [count.number for _, count in found.lists]
            assert sum(unit.open for unit in found.units) == all_open
            assert sum(unit.late for unit in found.units) == all_late
            assert all_late > 0
    own = await overview(cases, [(opens, 1, None)], now=AT, tenant=None)
    assert own.units == ()
