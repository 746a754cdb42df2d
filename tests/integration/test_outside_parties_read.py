"""Row 46 at each door: who has a task of a case alone reads no words of its reporter."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from console.desk.ports import Wanted
from domain.case.access import Reach
from domain.case.commands import Actor
from domain.case.handling.acts import Sign
from domain.case.joint_work.acts import GiveTask
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.vocabulary import Role
from runtime.services.console.reading import PersonsReader
from schemas.journal import batch_of
from store.cases.filters import CaseFilter
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.builders import LOOKUP, complaint, give, plan
from tests.integration.test_cases_command import PACK, Type
from tests.smoke.commands import Told, sanban
from tests.town import OPENED

CANARY = "kanarienvogel"
PARTY = Reach("bai-ming", "youchegang", ("anyi-property",), part_units=("anyi-property",))
HOLDER = Reach("qiu-ping", "youchegang", ("sanitation",))


@pytest.fixture
def sanban_cases(app_dsn: str) -> Type:
    async def run(*words: str) -> Told:
        settings = {"SANBAN_DATABASE_URL": app_dsn, "SANBAN_PACKS": json.dumps([str(PACK)])}
        return await sanban("cases", *words, "--as", "bai-ming", **settings)

    return run


@pytest.fixture
async def asked(journal: PostgresJournal) -> Case:
    """Return a case of the sanitation, with a task for a property company."""
    case, handler = None, Actor("qiu-ping", Role.HANDLER, "sanitation")
    reported = replace(complaint(), text=f"Beside the {CANARY}")
    about = plan(reported, holder="sanitation")
    sees = replace(
        LOOKUP,
        units=(*LOOKUP.units, "anyi-property"),
        kinds=(*LOOKUP.kinds, ("anyi-property", "outside-party")),
    )
    for act in (
        Open(plan=about),
        Sign(),
        GiveTask(unit="squad", what=f"Find the {CANARY}."),
        GiveTask(unit="anyi-property", what="Open the gate."),
    ):
        by = None if isinstance(act, Open) else handler
        decision = give(case, act, OPENED + timedelta(minutes=5), by=by, lookup=sees)
        case = decision.case
        await journal.append(batch_of(case, decision.events, summarize(case)))
    assert case is not None
    return case


async def test_the_command_line_shows_no_words_of_others(asked: Case, sanban_cases: Type) -> None:
    for words in (
        ("list",),
        ("show", asked.case_id),
        ("explain", asked.case_id),
    ):
        told = await sanban_cases(*words)
        assert told.code == 0
        assert asked.case_id in told.output or words[0] == "explain"
        assert CANARY not in told.output + told.complaint
        whole = " ".join(told.output.split())
        assert ("Open the gate." in whole) is (words[0] == "show")


async def test_the_console_shows_no_words_of_others(asked: Case, database: Database) -> None:
    wanted = Wanted(CaseFilter(tenant="youchegang"), 10)
    [mine] = await PersonsReader(database, PARTY).lists([wanted], OPENED)
    events = await PersonsReader(database, PARTY).history(asked.case_id)
    [theirs] = await PersonsReader(database, HOLDER).lists([wanted], OPENED)

    assert [row.case_id for row in mine.page.rows] == [asked.case_id]
    assert CANARY not in repr((mine, events))
    assert CANARY in repr(theirs)
