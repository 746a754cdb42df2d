"""What people do with a letter that no town has is journaled in the chain of every town."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.privacy.readings import Purpose
from gateways.kafka.producer import Producer
from store.connection import Database
from store.intake.dead_letter_states import LetterState
from store.journal.audit import verify
from store.journal.rows import PostgresJournal
from store.privacy.readings import PersonalReading, PostgresReadings, ReadingKind
from tests.fakes.gateway import OTHER_TOWN, POLICIES, TOWN
from tests.integration.office import NOW, TANG, Office, open_office

WHO = replace(TANG, tenant=TOWN)


@pytest.fixture
async def office(
    database: Database, bootstrap: str, topic: str, producer: Producer
) -> AsyncIterator[Office]:
    async with open_office(database, bootstrap, topic, producer) as opened:
        yield replace(opened, bench=replace(opened.bench, policies=POLICIES))


async def kinds(database: Database, tenant: str) -> list[tuple[object, object]]:
    rows = await PostgresJournal(database).read(f"operations/{tenant}")
    said = [json.loads(row.body) for row in rows]
    return [(each["kind"], each.get("roster")) for each in said]


async def test_each_act_is_in_the_chain_of_every_town_and_the_journal_holds(
    office: Office, database: Database
) -> None:
    await office.bury()
    [letter] = await office.letters(LetterState.OPEN)
    reading = PersonalReading(
        "r-1",
        ReadingKind.LETTER,
        NOW,
        TOWN,
        WHO.person,
        "place",
        Purpose.REPAIR,
        "why",
        "console",
        also_told=(OTHER_TOWN,),
    )

    noted = [await PostgresReadings(database).note(reading) for _ in range(2)]
    await office.replay(letter, who=WHO)
    await replace(office.bench, command="c-1").discard([letter], WHO)
    await replace(office.bench, command="c-1").discard([letter], WHO)

    done = ["dead_letter_read", "dead_letter_replayed", "dead_letter_discarded"]
    assert noted == [True, False]
    assert await kinds(database, TOWN) == [(kind, None) for kind in done]
    assert await kinds(database, OTHER_TOWN) == [(kind, TOWN) for kind in done]
    assert (await verify(database)).intact


async def test_the_bytes_say_whose_a_letter_is_if_the_ledger_does_not(office: Office) -> None:
    await office.bury(b'{"tenant": "%s"' % OTHER_TOWN.encode())
    await office.bury(b"{}")

    found = await office.bench.tenants_of(await office.letters())

    assert sorted(found.values(), key=str) == [None, OTHER_TOWN]
