"""A list that a person takes away: all of one snapshot, and a row of the journal that says so."""

import json
from datetime import timedelta

from console.desk.ports import Export, Wanted
from domain.case.access import Reach
from runtime.services.console.exporting import JournaledExports
from runtime.services.console.reading import PersonsReader
from store.cases.filters import CaseFilter
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

OPERATIONS = "SELECT body FROM sanban.journal WHERE case_id = 'operations/youchegang' ORDER BY seq"


async def test_a_list_comes_whole_in_pieces_as_it_was_when_it_began(
    database: Database, journal: PostgresJournal
) -> None:
    for number in range(7):
        due = AT + timedelta(hours=number) if number % 3 else None
        await journal.append(stage(f"c{number}", 1, 1, next_due=due, units=("squad",)))
    await journal.append(stage("foreign", 1, 1, units=("other-unit",)))
    reader = PersonsReader(database, Reach("xu-meng", "youchegang", ("squad",)))

    seen = list[list[str]]()
    async for rows in reader.rows(Wanted(CaseFilter(tenant="youchegang"), 3), AT):
        seen.append([row.case_id for row in rows])
        late = f"late{len(seen)}"  # filed while the file is written: not in it
        await journal.append(stage(late, 1, 1, next_due=None, units=("squad",)))

    assert seen == [["c1", "c2", "c4"], ["c5", "c0", "c3"], ["c6"]]


async def test_that_a_list_was_taken_is_in_the_chain_of_the_tenant(database: Database) -> None:
    taken = Export("e-1", "youchegang", "zhu-lihua", "csv", "light=red", 217, AT)

    await JournaledExports(database).note(taken)

    [row] = [json.loads(body) for (body,) in await database.fetch(OPERATIONS)]
    assert row["kind"] == "cases_exported"
    assert row["person"] == "zhu-lihua"
    assert row["about"] == "/cases?light=red"
    assert row["rows"] == "217"
