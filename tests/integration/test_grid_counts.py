"""Counts by grid in PostgreSQL: those of the list, as far as its reader may see it."""

from datetime import timedelta

from domain.case.access import Reach
from store.cases.filters import CaseFilter
from store.cases.grid_counts import GridCount, by_grid
from store.cases.row_access import PersonsDatabase
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage


async def test_grids_are_counted_with_what_is_late_in_them(
    database: Database, journal: PostgresJournal
) -> None:
    due, over = AT + timedelta(days=1), AT - timedelta(days=1)
    rows: list[tuple[str, dict[str, object]]] = [
        ("a", {"grid": "G01", "next_due": due}),
        ("b", {"grid": "G01", "next_due": over}),
        ("c", {"grid": "G02", "next_due": None}),
        ("d", {"grid": None, "next_due": due}),
        ("e", {"grid": "G02", "next_due": over, "closed_at": AT}),
    ]
    for number, changes in rows:
        await journal.append(stage(number, 1, 1, units=("squad",), **changes))
    await journal.append(stage("foreign", 1, 1, grid="G01", units=("other-unit",)))
    squad = PersonsDatabase(database, Reach("xu-meng", "youchegang", ("squad",)))

    opened = await by_grid(squad, CaseFilter(tenant="youchegang", open_only=True), AT)
    late = await by_grid(squad, CaseFilter(tenant="youchegang", late_only=True), AT)
    every = await by_grid(database, CaseFilter(tenant="youchegang"), AT)

    assert {*opened} == {
        GridCount("G01", 2, 1),
        GridCount("G02", 1, 0),
        GridCount(None, 1, 0),
    }
    assert late == [GridCount("G01", 1, 1)]
    assert {*every} == {GridCount("G01", 3, 1), GridCount("G02", 2, 0), GridCount(None, 1, 0)}
