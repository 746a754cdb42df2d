"""Nothing is erased from a case that goes on, and who reads a case reads who erased what."""

import json

import pytest

from domain.case.state import Case
from runtime.wiring.policy_registry import PolicyRegistry
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.journal.operations import Operation
from store.journal.rows import PostgresJournal
from store.packs.published import PostgresPolicies
from store.privacy.erasure import PERSON_ERASED, PostgresErasure, StillOpen
from tests.integration.test_store_erasure import PACK, SAID, claim_of, ended, opened
from tests.smoke.commands import sanban
from tests.town import OPENED

TENANT = SAID.tenant


def operation(case: Case, tenant: str = TENANT) -> Operation:
    return Operation(
        "c", PERSON_ERASED, OPENED, tenant, "lin", "asked", case.case_id, (("for_person", "wu"),)
    )


async def reported(database: Database, journal: PostgresJournal) -> Case:
    await PostgresLedger(database).reserve([claim_of(SAID)])
    return await opened(journal, SAID)


async def test_a_case_that_goes_on_is_not_erased_though_a_program_asks_for_it(
    database: Database, journal: PostgresJournal
) -> None:
    case, erasure = await reported(database, journal), PostgresErasure(database)

    with pytest.raises(StillOpen):
        await erasure.erase(operation(case), case.case_id)

    assert (await erasure.found(TENANT, case.case_id)).erased_at is None
    assert await erasure.by(TENANT, case.case_id) is None


async def test_the_command_says_when_it_may_be_erased_and_shows_who_erased_it(
    database: Database, journal: PostgresJournal, app_dsn: str
) -> None:
    case = await reported(database, journal)
    settings = {"SANBAN_DATABASE_URL": app_dsn, "SANBAN_PACKS": json.dumps([str(PACK)])}
    who = ("--as", "ruan-fang", "--reason", "request 14")
    doors = ((case.case_id,), ("--phone", "0573-80000001", "--tenant", TENANT))
    refused = [await sanban("erase", *door, *who, "--yes", **settings) for door in doors]
    preview = await sanban("erase", case.case_id, *who, **settings)
    before = await sanban("cases", "show", case.case_id, **settings)
    await ended(journal, case)
    await sanban("erase", case.case_id, *who, "--yes", **settings)
    after = await sanban("cases", "show", case.case_id, "--as", "qiu-ping", **settings)

    for each in (*refused, preview):
        assert each.code == 2
        assert f"nothing is erased: {case.case_id} is dispatched" in each.complaint
        assert "erase it when it is closed, refused or withdrawn, promised by " in each.complaint
    assert f"{case.case_id}  to be erased" in preview.output
    assert "by ruan-fang" not in before.output
    assert f"request 14 (operations/{TENANT}:1)" in after.output


async def test_who_erased_it_is_of_this_case_and_tenant_alone(
    database: Database, journal: PostgresJournal
) -> None:
    case, erasure = await reported(database, journal), PostgresErasure(database)
    registry = PolicyRegistry({}, PostgresPolicies(database))
    await ended(journal, case)
    assert not await registry.erased(TENANT, case.case_id)

    await erasure.erase(operation(case), case.case_id)
    found = await erasure.by(TENANT, case.case_id)

    assert found is not None
    assert found.at == OPENED
    assert found.person == "lin"
    assert found.why == "asked"
    assert found.for_person == "wu"
    assert found.row == f"operations/{TENANT}:1"
    assert await erasure.by("city", case.case_id) is None
    assert await erasure.by(TENANT, "another") is None
    assert await registry.erased(TENANT, case.case_id)
    assert not await registry.erased("city", case.case_id)
