"""Acts for many cases in PostgreSQL: lent to one process at a time, resumed, and forgotten."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.case.commands import Actor
from domain.case.supervision.acts import Urge
from domain.vocabulary import Role, Stage
from runtime.services.console.bulk_worker import BulkWorker
from schemas.bulk_acts import BulkAct, BulkItem, BulkState, command_id_of
from schemas.commands import CommandAnswer, CommandMessage, SaidNo
from store.connection import Database
from store.console.bulk_acts import PostgresBulkActs

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
BY = Actor("zhu-lihua", Role.DISPATCHER, "platform")
MESSAGE = CommandMessage(id="b-1", actor=BY, act=Urge(text="请抓紧"))
ACT = BulkAct("b-1", "town", "zhu-lihua", "urge", MESSAGE.model_dump_json(), "light=red", AT)
CASES = [f"case-{number:03}" for number in range(217)]


@pytest.fixture
async def acts(database: Database) -> PostgresBulkActs:
    stored = PostgresBulkActs(database)
    await stored.begin(ACT, [BulkItem(case) for case in CASES])
    return stored


class Cases:
    """Cases that answer, each command once; one of them refuses."""

    def __init__(self) -> None:
        self.given = Counter[tuple[str, str]]()

    async def give(self, tenant: str, case: str, message: CommandMessage) -> CommandAnswer:
        await asyncio.sleep(0)
        self.given[case, message.id] += 1
        assert message.act == Urge(text="请抓紧")
        if case == CASES[3]:
            raise SaidNo("already_asked", "urge-1 is not acknowledged yet", 9)
        return CommandAnswer(case_id=case, command_id=message.id, seq=1, stage=Stage.SIGNED)


async def states(acts: PostgresBulkActs) -> Counter[BulkState]:
    found = await acts.find("b-1", "town", "zhu-lihua")
    assert found is not None
    return Counter(item.state for item in found[1])


async def test_two_processes_give_it_to_each_case_once(acts: PostgresBulkActs) -> None:
    cases, stop = Cases(), asyncio.Event()
    workers = [BulkWorker(acts, cases.give, name) for name in ("one", "two")]

    await asyncio.gather(*(worker.turn(stop) for worker in workers))

    found = await acts.find("b-1", "town", "zhu-lihua")
    assert found is not None
    assert {*cases.given} == {(case, command_id_of("b-1", case)) for case in CASES}
    assert {*cases.given.values()} == {1}
    assert {type(item.state) for item in found[1]} == {BulkState}
    assert await states(acts) == {BulkState.DONE: 216, BulkState.REFUSED: 1}
    assert found[1][3] == BulkItem(
        CASES[3], BulkState.REFUSED, "already_asked", "urge-1 is not acknowledged yet"
    )
    assert found[0].finished_at is not None
    assert found[0].command == ""


async def test_what_a_dead_process_held_is_taken_over_when_its_lease_ends(
    acts: PostgresBulkActs, database: Database
) -> None:
    cases, stop = Cases(), asyncio.Event()
    assert await acts.take("dead", 60) is not None
    assert await acts.settle("b-1", "dead", [BulkItem(CASES[0], BulkState.DONE)], 60)
    living = BulkWorker(acts, cases.give, "living")

    assert not await living.turn(stop)
    await database.fetch("UPDATE sanban.bulk_acts SET held_until = now() - interval '1 s'")
    assert await living.turn(stop)

    assert await states(acts) == {BulkState.DONE: 216, BulkState.REFUSED: 1}
    assert CASES[0] not in {case for case, _ in cases.given}
    assert not await acts.settle("b-1", "dead", [BulkItem(CASES[1], BulkState.REFUSED)], 60)
    assert await states(acts) == {BulkState.DONE: 216, BulkState.REFUSED: 1}


async def test_a_process_that_is_asked_to_stop_gives_the_rest_back_at_once(
    acts: PostgresBulkActs,
) -> None:
    stop = asyncio.Event()
    cases = Cases()

    async def then_stop(tenant: str, case: str, message: CommandMessage) -> CommandAnswer:
        stop.set()
        return await cases.give(tenant, case, message)

    await BulkWorker(acts, then_stop, "one").run(stop)
    await asyncio.sleep(0.01)

    assert (await states(acts))[BulkState.WAITING] == 217 - 8
    assert await acts.take("two", 60) is not None


async def test_the_same_form_again_changes_nothing(acts: PostgresBulkActs) -> None:
    await acts.begin(replace(ACT, kind="sign"), [BulkItem("another")])

    found = await acts.find("b-1", "town", "zhu-lihua")
    assert found is not None
    assert found[0].kind == "urge"
    assert [item.case_id for item in found[1]] == CASES


async def test_it_is_of_one_person_and_forgotten_after_thirty_days(
    acts: PostgresBulkActs,
) -> None:
    later = AT + timedelta(days=31)

    assert await acts.find("b-1", "town", "other") is None
    assert await acts.find("b-1", "other", "zhu-lihua") is None
    await acts.begin(replace(ACT, id="b-2", begun_at=later), [BulkItem("c")])
    assert await acts.find("b-1", "town", "zhu-lihua") is None
