"""Lists of what is due soon, together with every other condition of a list."""

from datetime import timedelta

import pytest

from domain.case.access import Reach
from store.cases.filters import CaseFilter, Promise
from store.cases.read_model import CaseCount, PostgresCases
from store.cases.row_access import PersonsDatabase
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

HOUR = timedelta(hours=1)
SOON = {"due_from": AT, "due_before": AT + 48 * HOUR}
ROW: dict[str, object] = {
    "next_due": AT + HOUR,
    "turn": "unit",
    "level": 3,
    "category": "scrap",
    "channel": "camera",
    "vacuum": True,
    "open_lead": True,
    "rests": True,
    "inbox": ("fire",),
    "owed_by": "fire",
    "units": ("chengguan",),
}
LIVES: dict[str, dict[str, object]] = {
    "soon": ROW,
    "soon too": ROW | {"next_due": AT + 47 * HOUR},
    "later": ROW | {"next_due": AT + 49 * HOUR},
    "late": ROW | {"next_due": AT - HOUR},
    "never": ROW | {"next_due": None},
    "over": ROW | {"closed_at": AT, "next_due": None},
    "of others": {"next_due": AT + HOUR, "units": ("chengguan",)},
}


@pytest.fixture
async def kept(journal: PostgresJournal) -> None:
    for case_id, changes in LIVES.items():
        await journal.append(stage(case_id, 1, 1, **changes))


def readers(database: Database) -> list[PostgresCases]:
    unit = Reach("p", "youchegang", ("chengguan",))
    town = Reach("p", "youchegang", ("platform",), whole_tenant=True)
    persons = [PersonsDatabase(database, reach) for reach in (unit, town)]
    return [PostgresCases(each) for each in (database, *persons)]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "more",
    [
        {"turn": "unit"},
        {"level": 3},
        {"category": "scrap"},
        {"channel": "camera"},
        {"vacuum": True},
        {"open_lead": True},
        {"resting_only": True},
        {"inbox": ("fire",)},
        {"inbox": ("fire",), "resting_only": True, "level": 2},
        {"owed_by": "fire"},
        {"open_only": True, "turn": "unit", "category": "scrap"},
    ],
    ids=str,
)
async def test_what_is_due_soon_and_fits_the_other_conditions(
    database: Database, more: dict[str, object]
) -> None:
    wanted = CaseFilter(**SOON, **more)  # type: ignore[arg-type]
    for cases in readers(database):
        page, total = await cases.listed(wanted, now=AT)
        first, _ = await cases.listed(wanted, now=AT, limit=1)
        second, _ = await cases.listed(wanted, now=AT, limit=1, after=first.following)

        assert [row.case_id for row in page.rows] == ["soon", "soon too"]
        assert total == CaseCount(2)
        assert [row.case_id for row in (*first.rows, *second.rows)] == ["soon", "soon too"]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("more", [{"late_only": True}, {"promise": Promise.OTHER}], ids=str)
async def test_nothing_is_late_and_due_later(database: Database, more: dict[str, object]) -> None:
    for cases in readers(database):
        page, total = await cases.listed(CaseFilter(**SOON, **more), now=AT)  # type: ignore[arg-type]

        assert page.rows == ()
        assert total == CaseCount(0)
