"""`cases list --told`: the cases of which an escalation has told a person."""

import json
from datetime import timedelta

from domain.case.commands import ENGINE
from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.people.rosters import Told
from domain.sla.ladders import Action, Late
from domain.vocabulary import Role
from schemas.journal import body_of
from schemas.records import Batch
from store.cases.told import cases_that_told
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, row, stage
from tests.integration.test_cases_command import PACK
from tests.smoke.commands import sanban

LI = Told("qiu-ping", "邱平", "sanitation", Role.UNIT_HEAD)
WU = Told("ye-lin", "叶琳", "sanitation", Role.HANDLER)


async def told(journal: PostgresJournal, case: str, *people: Told, **changes: object) -> None:
    fact = RungReached(
        clock="holder",
        rung="r",
        level=2,
        action=Action.URGE,
        outcome=Late.FIRE,
        moment=AT,
        late=False,
        told=people,
    )
    body = body_of(case, Event(1, AT, ENGINE, "ring", "ring", fact)).decode()
    kept = row(case, 1, **({"level": 2} | changes))
    await journal.append(Batch(case_id=case, first_seq=1, bodies=(body,), row=kept))


async def test_a_case_is_found_by_the_person_whom_a_rung_told(
    database: Database, journal: PostgresJournal
) -> None:
    await told(journal, "told", LI, WU)
    await told(journal, "told another", WU)
    await told(journal, "over", LI, closed_at=AT + timedelta(days=1))
    await told(journal, "elsewhere", LI, tenant="other")
    await journal.append(stage("quiet", 1, 1, level=2))

    open_ones = await cases_that_told(database, "youchegang", "qiu-ping", closed=False)
    all_ones = await cases_that_told(database, None, "qiu-ping", closed=True)

    assert [*open_ones] == ["told"]
    assert {*all_ones} == {"told", "over", "elsewhere"}


async def test_the_list_takes_a_person_of_the_roster(
    journal: PostgresJournal, app_dsn: str
) -> None:
    await told(journal, "told", LI)
    await told(journal, "told another", WU)
    where = {"SANBAN_DATABASE_URL": app_dsn, "SANBAN_PACKS": json.dumps([str(PACK)])}

    found = await sanban("cases", "list", "--told", "qiu-ping", "--json", **where)
    unknown = await sanban("cases", "list", "--told", "qiu-pin", **where)

    assert [case["case_id"] for case in json.loads(found.output)["cases"]] == ["told"]
    assert unknown.code == 2
    assert "qiu-ping" in unknown.complaint
