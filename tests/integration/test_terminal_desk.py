"""A person at a terminal: `SANBAN_AS`, names, JSON, and what waits for the person."""

import json
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from store.journal.rows import PostgresJournal
from tests.integration.test_cases_command import PACK, opened
from tests.smoke.commands import Told, sanban

Type: TypeAlias = Callable[..., Awaitable[Told]]


@pytest.fixture
def as_qiu_ping(app_dsn: str) -> Type:
    """A terminal of qiu-ping, of the unit sanitation."""

    async def run(*words: str) -> Told:
        return await sanban(
            "cases",
            *words,
            SANBAN_DATABASE_URL=app_dsn,
            SANBAN_PACKS=json.dumps([str(PACK)]),
            SANBAN_AS="qiu-ping",
        )

    return run


async def test_a_terminal_of_a_person_shows_what_the_person_may_read(
    journal: PostgresJournal, as_qiu_ping: Type
) -> None:
    own = await opened(journal, "one", "sanitation")
    other = await opened(journal, "two", "water-company")

    listed = json.loads((await as_qiu_ping("list", "--json")).output)
    mine = json.loads((await as_qiu_ping("list", "--json", "--mine")).output)
    typed = json.loads((await as_qiu_ping("list", "--json", "--as", "朱丽华")).output)
    hidden = await as_qiu_ping("show", other.case_id)

    assert [case["case_id"] for case in listed["cases"]] == [own.case_id]
    assert listed["cases"][0]["turn"] == "unit"
    assert [case["case_id"] for case in mine["cases"]] == [own.case_id]
    assert typed["total"] == 2
    assert hidden.code == 2


async def test_a_case_and_its_explanation_are_documents(
    journal: PostgresJournal, as_qiu_ping: Type
) -> None:
    own = await opened(journal, "one", "sanitation")

    shown = json.loads((await as_qiu_ping("show", own.case_id, "--json")).output)
    explained = json.loads((await as_qiu_ping("explain", own.case_id, "--json")).output)

    assert shown["case_id"] == own.case_id
    assert shown["text"] == own.plan.complaint.text
    assert [row["seq"] for row in shown["rows"]] == [*range(1, own.seq + 1)]
    assert shown["erased"] is None
    assert {clock["clock"] for clock in shown["clocks"]} >= {"citizen"}
    assert explained["case_id"] == own.case_id
    assert explained["coming"]


async def test_a_wrong_person_is_answered_by_the_nearest(as_qiu_ping: Type) -> None:
    told = await as_qiu_ping("list", "--as", "qiu-pin")

    assert told.code == 2
    assert "did you mean qiu-ping (" in told.complaint
    assert len(told.complaint) < 300
