"""Each process says how it is, so that /health can show all of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.health import Check
from runtime.services.presence import Presence
from schemas.processes import ProcessState
from store.connection import Database
from store.processes import PostgresProcesses
from tests.limits import EVENT_S


@dataclass
class Sample:
    """A service with one check, which says what the test has set."""

    why: str | None = None
    name: str = "worker"

    def checks(self) -> Mapping[str, Check]:
        async def check() -> str | None:
            return self.why

        return {"temporal": check}

    def why_not_alive(self) -> str | None:
        return None


async def first_listed(processes: PostgresProcesses) -> Sequence[ProcessState]:
    async with asyncio.timeout(EVENT_S):
        while not (listed := await processes.listed()):  # noqa: ASYNC110 - another task
            await asyncio.sleep(0.05)
    return listed


async def test_a_process_is_listed_with_its_reasons_until_it_stops(database: Database) -> None:
    processes, stop = PostgresProcesses(database), asyncio.Event()
    sample = Sample("no server answers")

    running = asyncio.create_task(Presence(processes, [sample], host="one/7").run(stop))
    listed = await first_listed(processes)
    stop.set()
    await running

    [found] = listed
    assert found.service == "worker"
    assert found.host == "one/7"
    assert found.reasons == {"temporal": "no server answers"}
    assert await processes.listed() == []


async def test_since_when_changes_with_the_parts_and_not_with_their_words(
    database: Database,
) -> None:
    processes = PostgresProcesses(database)
    await processes.say("a", "intake", "one/7", {"broker": "away for 1 s"})
    [first] = await processes.listed()
    await processes.say("a", "intake", "one/7", {"broker": "away for 21 s"})
    [later] = await processes.listed()
    await processes.say("a", "intake", "one/7", {})
    [well] = await processes.listed()

    assert later.since == first.since
    assert later.reasons == {"broker": "away for 21 s"}
    assert well.since > first.since
    assert well.begun_at == first.begun_at
    assert well.reasons == {}


async def test_what_died_without_a_word_is_forgotten_after_an_hour(database: Database) -> None:
    processes = PostgresProcesses(database)
    await processes.say("dead", "relay", "one/7", {})
    await database.fetch("UPDATE sanban.processes SET seen_at = now() - interval '61 minutes'")

    await processes.say("new", "relay", "two/8", {})

    assert [each.id for each in await processes.listed()] == ["new"]
