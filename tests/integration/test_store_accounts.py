"""Accounts of the console in PostgreSQL: tries are counted before they are looked at."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.console import Session, Way
from store.connection import Database
from store.console.accounts import FREE_TRIES, LONGEST_WAIT_MIN, NotChanged, PostgresAccounts
from store.console.sessions import PostgresSessions
from store.journal.operations import Operation

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
ACT = Operation("one", "account_added", NOW, "town", "wu", "new", "li")
MINUTE = timedelta(minutes=1)


async def made(database: Database) -> PostgresAccounts:
    accounts = PostgresAccounts(database)
    await accounts.add(ACT, "hash")
    return accounts


async def test_an_account_is_found_as_it_was_made_and_its_change_is_journaled(
    database: Database,
) -> None:
    accounts = PostgresAccounts(database)
    account = await accounts.add(ACT, "hash")
    rows = await database.fetch(
        "SELECT convert_from(body, 'UTF8')::jsonb ->> 'kind' FROM sanban.journal"
        " WHERE case_id = 'operations/town'"
    )

    assert await accounts.charge("town", "li", NOW) == account
    assert await accounts.charge("town", "wu", NOW) is None
    assert await accounts.charge("city", "li", NOW) is None
    assert rows == [("account_added",)]


async def test_a_second_account_of_a_person_is_not_made_nor_journaled(database: Database) -> None:
    accounts = await made(database)

    with pytest.raises(NotChanged):
        await accounts.add(replace(ACT, id="two"), "other")
    with pytest.raises(NotChanged):
        await accounts.reset(replace(ACT, id="three", about="wu"), "other")
    with pytest.raises(NotChanged):
        await accounts.remove(replace(ACT, id="four", about="wu"))
    [(rows,)] = await database.fetch(
        "SELECT count(*) FROM sanban.journal WHERE case_id = 'operations/town'"
    )

    assert rows == 1


async def test_tries_side_by_side_do_not_outrun_the_count(database: Database) -> None:
    accounts = await made(database)
    found = await asyncio.gather(*(accounts.charge("town", "li", NOW) for _ in range(30)))

    assert sum(each is not None for each in found) == FREE_TRIES


async def test_an_account_waits_longer_after_each_try_but_not_forever(database: Database) -> None:
    accounts = await made(database)
    for _ in range(FREE_TRIES):
        await accounts.charge("town", "li", NOW)
    at, waits = NOW, []
    for _ in range(7):
        minutes = 0
        while await accounts.charge("town", "li", at) is None:
            at, minutes = at + MINUTE, minutes + 1
        waits.append(minutes)

    assert waits == [1, 2, 4, 8, LONGEST_WAIT_MIN, LONGEST_WAIT_MIN, LONGEST_WAIT_MIN]


async def test_a_sign_in_ends_the_wait_and_its_code_is_used(database: Database) -> None:
    accounts = await made(database)
    for _ in range(FREE_TRIES):
        await accounts.charge("town", "li", NOW)
    passed = await asyncio.gather(*(accounts.passed("town", "li", 7) for _ in range(8)))

    assert sum(passed) == 1
    assert await accounts.passed("town", "li", 6) is False
    assert await accounts.charge("town", "li", NOW) is not None


async def test_a_reset_and_a_removal_end_the_sessions_of_the_account_alone(
    database: Database,
) -> None:
    accounts, sessions = await made(database), PostgresSessions(database)
    own = Session("one", "town", "li", "zh", NOW, NOW, Way.ACCOUNT)
    for session in (
        own,
        replace(own, id="two", way=Way.PROVIDER),
        replace(own, id="wu", person="wu"),
    ):
        await sessions.begin(session)
    before = await accounts.charge("town", "li", NOW)
    after = await accounts.reset(replace(ACT, id="two", kind="account_reset"), "other")

    assert before is not None
    assert before.key != after.key
    assert await sessions.find("one", NOW) is None
    assert await sessions.find("two", NOW) is not None
    assert await sessions.find("wu", NOW) is not None

    await accounts.remove(replace(ACT, id="three", kind="account_removed"))

    assert await accounts.listed("town") == []
    assert await accounts.charge("town", "li", NOW) is None
