"""What the metrics and readiness of a process say of leading, while its work does not succeed."""

import asyncio
from dataclasses import replace

from consumers.backoff import Backoff
from store.errors import StoreUnavailable
from store.journal.leases import Lease
from tests.fakes.waiting import until
from tests.unit.test_leadership import OTHERS, STANDS_BY, World, running


async def test_to_have_the_lease_is_no_success() -> None:
    """A leader whose work has not succeeded yet says how long no process has led with success."""
    world = World(others=replace(OTHERS, silent_s=500))
    leader, begun, may_end = world.leader(), asyncio.Event(), asyncio.Event()

    async def work(_lease: Lease, _stop: asyncio.Event) -> None:
        begun.set()
        await may_end.wait()
        leader.succeeded("works")
        begun.set()
        await _stop.wait()

    stop = asyncio.Event()
    task = asyncio.create_task(leader.run(work, stop))
    await begun.wait()
    assert world.leads == 0
    assert world.silent >= 500
    begun.clear()
    may_end.set()
    await begun.wait()
    assert world.leads == 1
    assert world.silent == 0
    leader.succeeded("works", but="kafka is unavailable")
    assert world.silent > 0
    stop.set()
    await task
    assert world.leads == 0


async def test_one_that_waits_does_not_lead_and_its_silence_grows_while_the_database_is_away() -> (
    None
):
    world = World(fails=[StoreUnavailable("away")], others=replace(OTHERS, silent_s=500))
    now = [1000.0]
    leader = world.leader(Backoff(60))
    leader.clock = lambda: now[0]
    async with running(world, leader):
        await until(lambda: leader.status() == "waits")
        assert world.leads == 0
        before = world.silent
        now[0] += 70
        assert world.silent == before + 70


async def test_one_that_stands_by_and_could_not_take_over_is_not_ready() -> None:
    async def could_lead() -> str | None:
        return "could not take over: no room"

    world = World(free=False)
    leader = world.leader()
    leader.could_lead = could_lead
    async with running(world, leader):
        await until(lambda: leader.status() == STANDS_BY)
        assert await leader.why_not_ready() == "could not take over: no room"
