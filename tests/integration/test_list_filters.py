"""Filters of case lists beyond stage, unit and deadline; and lists in another order."""

from datetime import timedelta

import pytest

from domain.case.access import Reach
from store.cases.filters import CaseFilter, SortBy
from store.cases.read_model import CaseCount, PostgresCases
from store.cases.row_access import PersonsDatabase
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

DAY = timedelta(days=1)
LIVES: dict[str, dict[str, object]] = {
    "new": {"turn": "platform", "open_lead": True, "rests": False, "urgency": "complex"},
    "held": {"turn": "unit", "level": 3, "rests": False, "inbox": ("fire", "fire/crew")},
    "vacuum": {"turn": "office", "vacuum": True, "category": "scrap", "rests": False, "level": 1},
    "suspended": {"rests": True, "next_due": AT - DAY, "channel": "camera", "urgency": "critical"},
    "before": {"next_due": None, "grid": None},
    "closed late": {"closed_at": AT, "next_due": None, "missed_at": AT - DAY, "level": 2},
    "closed": {"closed_at": AT, "next_due": None},
}


@pytest.fixture
async def kept(journal: PostgresJournal) -> None:
    for number, (case_id, changes) in enumerate(LIVES.items()):
        received = {"received_at": AT + number * DAY, "units": ("chengguan",)}
        await journal.append(stage(case_id, 1, 1, **(received | changes)))


def readers(database: Database) -> list[PostgresCases]:
    """Everything, and the same as people of the tenant and of the unit read it."""
    unit = Reach("p", "youchegang", ("chengguan",))
    town = Reach("p", "youchegang", ("platform",), whole_tenant=True)
    persons = [PersonsDatabase(database, reach) for reach in (unit, town)]
    return [PostgresCases(each) for each in (database, *persons)]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CaseFilter(turn="unit"), {"held"}),
        (CaseFilter(level=2), {"held", "closed late"}),
        (CaseFilter(level=2, open_only=True), {"held"}),
        (CaseFilter(category="scrap"), {"vacuum"}),
        (CaseFilter(channel="camera"), {"suspended"}),
        (CaseFilter(vacuum=True), {"vacuum"}),
        (CaseFilter(open_lead=True), {"new"}),
        (CaseFilter(placeless=True), {"before"}),
        (CaseFilter(placeless=True, open_only=True, resting_only=True), {"before"}),
        (CaseFilter(inbox=("fire/crew",)), {"held"}),
        (CaseFilter(inbox=("fire/crew",), turn="unit", level=3, vacuum=False), {"held"}),
        (CaseFilter(inbox=("fire/crew",), late_only=True), set()),
        (CaseFilter(resting_only=True), {"suspended", "before"}),
        (CaseFilter(late_only=True, open_only=True), {"suspended"}),
        (CaseFilter(late_only=True), {"suspended", "closed late"}),
        (CaseFilter(late_only=True, resting_only=True), {"suspended"}),
        (CaseFilter(among=("new", "closed", "nix")), {"new", "closed"}),
    ],
)
async def test_a_filter_finds_the_same_for_every_reader(
    database: Database, wanted: CaseFilter, expected: set[str]
) -> None:
    for cases in readers(database):
        page, total = await cases.listed(wanted, now=AT)

        assert {row.case_id for row in page.rows} == expected
        assert total == CaseCount(len(expected))


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (SortBy.RECEIVED, ["new", "held", "vacuum"]),
        (SortBy.LEVEL, ["held", "vacuum", "suspended"]),
        (SortBy.URGENCY, ["suspended", "held", "vacuum"]),
    ],
)
async def test_a_list_in_another_order_has_its_first_rows_and_counts_all(
    database: Database, sort: SortBy, expected: list[str]
) -> None:
    for cases in readers(database):
        open_ones = CaseFilter(open_only=True)
        page, total = await cases.listed(open_ones, now=AT, limit=3, sort=sort)

        assert [row.case_id for row in page.rows] == expected
        assert total == CaseCount(5)
        assert page.following is None
