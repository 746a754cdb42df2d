"""Cases found by numbers: of the complaint, of the reporter's telephone, of a superior's order."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.access import Reach
from domain.complaints import Place
from schemas.intake import Claim, Position, Reporter
from store.cases.filters import CaseFilter
from store.cases.finding import sought
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase
from store.cases.search_index import add_order_numbers
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage
from tests.unit.test_similarity import PIPE

REPORT = replace(PIPE, text="夜间施工噪音", place=Place("兴业路 18 号"))
PHONE = "13600136217"
CALLER = Reach("a", "town", ("desk",), whole_tenant=True, calls_back=True)
OFFICE = replace(CALLER, calls_back=False)
SQUAD = replace(CALLER, person="b", units=("squad",))


def claim(case_id: str, nth: int, *, confidential: bool = False, order: str = "") -> Claim:
    return Claim(
        Position("main", "sanban.complaints", "id", 0, nth),
        "town",
        f"hotline-{nth % 2}",
        f"{nth}",
        "d",
        case_id,
        reporter=Reporter("王小明", "+86 " + PHONE, confidential=confidential),
        complaint_id=f"GX20261124-00{nth}",
        report=REPORT,
        order_number=order,
    )


@pytest.fixture(autouse=True)
async def cases(database: Database, journal: PostgresJournal) -> None:
    ledger = PostgresLedger(database)
    given = [
        claim("open-1", 17),
        claim("secret-1", 71, confidential=True),
        claim("order-1", 170, order="市督〔2026〕18"),
    ]
    theirs: dict[str, Any] = {"holder": "squad", "units": ("squad",), "inbox": ("squad",)}
    for each in given:
        await ledger.reserve([each])
        await journal.append(stage(each.case_id, 1, tenant="town", **theirs))


async def found(database: Database, text: str, reach: Reach) -> set[str]:
    persons = PersonsDatabase(database, reach)
    wanted = await sought(database, persons, CaseFilter(tenant="town"), text, AT)
    page, _ = await PostgresCases(persons).listed(wanted, now=AT)
    return {row.case_id for row in page.rows}


@pytest.mark.parametrize("text", ["GX20261124-0017", "gx20261124-0017", " ＧＸ20261124-0017"])
async def test_a_complaint_number_finds_its_case_alone(database: Database, text: str) -> None:
    assert await found(database, text, OFFICE) == {"open-1"}


async def test_who_may_not_read_the_case_does_not_find_it_by_its_number(database: Database) -> None:
    other = Reach("c", "town", ("water",))

    assert await found(database, "GX20261124-0017", other) == set()


@pytest.mark.parametrize("text", ["市督〔2026〕18", "市督 2026 18"])
async def test_a_superior_s_number_finds_its_case(database: Database, text: str) -> None:
    assert await found(database, text, OFFICE) == {"order-1"}


@pytest.mark.parametrize("text", [PHONE, "136 0013 6217", "+8613600136217"])
async def test_a_caller_finds_cases_by_the_number_of_their_reporter(
    database: Database, text: str
) -> None:
    assert await found(database, text, CALLER) == {"open-1", "secret-1", "order-1"}


async def test_a_number_finds_nothing_for_those_who_may_not_know_it(database: Database) -> None:
    assert await found(database, PHONE, OFFICE) == set()
    assert await found(database, PHONE, SQUAD) == {"open-1", "order-1"}


@pytest.mark.parametrize("text", ["兴业路18号", "兴业路 18 号", "兴业路１８号"])
async def test_spaces_and_width_in_a_place_do_not_matter(database: Database, text: str) -> None:
    assert await found(database, text, OFFICE) == {"open-1", "secret-1", "order-1"}


async def test_a_case_of_before_is_found_by_its_order_once_its_number_is_added(
    database: Database, journal: PostgresJournal
) -> None:
    theirs: dict[str, Any] = {"holder": "squad", "units": ("squad",)}
    for case_id in ("old-1", "old-2"):
        await journal.append(stage(case_id, 1, tenant="town", **theirs))
    await database.fetch("SELECT sanban.key_destroy('town', 'old-2')")
    before = await found(database, "市督〔2025〕7", OFFICE)
    words = await found(database, "夜间施工", OFFICE)

    orders = [(each, "town", "市督〔2025〕7") for each in ("old-1", "old-2", "open-1")]
    for _ in range(2):
        await add_order_numbers(database, orders)

    assert before == set()
    assert await found(database, "市督〔2025〕7", OFFICE) == {"old-1", "open-1"}
    assert await found(database, "夜间施工", OFFICE) == words
