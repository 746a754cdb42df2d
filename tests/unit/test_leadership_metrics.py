"""What the metrics and readiness of a process say of leading, while its work does not succeed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from consumers.backoff import Backoff
from runtime.services import leadership
from schemas.intake import Unavailable
from store.errors import StoreUnavailable
from store.journal.leases import Lease, Seen
from tests.fakes.waiting import until
from tests.unit.test_leadership import OTHERS, STANDS_BY, WORKS, World, running


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


async def test_no_turn_succeeds_without_what_the_work_needs_though_it_had_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leadership, "STANDBY_S", 0.001)
    missing: list[str | None] = ["there is no topic x: create it"]
    world = World()
    leader = world.leader()
    leader.needs, leader.leads_without = _answers(missing), True
    async with running(world, leader):
        await until(lambda: world.turns == 1)
        assert world.leads == 0
        assert world.silent > 0
        assert await leader.why_not_ready() == missing[0]
        missing[0] = None
        await until(lambda: leader.missing is None)
        leader.succeeded("works")
        assert world.leads == 1
        assert world.silent == 0
        missing[0] = "no broker answers"
        await until(lambda: world.leads == 0)
        assert world.silent > 0
        assert await leader.why_not_ready() == "no broker answers"


@pytest.mark.parametrize(
    ("others", "status"), [(OTHERS, STANDS_BY), (replace(OTHERS, holds=False), "waits")]
)
async def test_who_cannot_work_without_it_takes_no_lease_and_takes_it_once_it_is_there(
    others: Seen, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "STANDBY_S", 0.001)
    missing: list[str | None] = ["there is no topic x: create it"]
    world = World(others=others)
    leader = world.leader()
    leader.needs = _answers(missing)
    async with running(world, leader):
        await until(lambda: leader.status() == status)
        assert world.turns == 0
        assert world.lease is None
        assert await leader.why_not_ready() == missing[0]
        missing[0] = None
        await until(lambda: leader.status() == WORKS)
        assert await leader.why_not_ready() is None


async def test_a_failed_turn_is_told_by_what_is_not_there() -> None:
    world = World(fails=[Unavailable("kafka", "KafkaTimeoutError")])
    leader = world.leader(Backoff(60))

    async def needs() -> str | None:
        return "there is no topic x: create it" if world.turns else None

    leader.needs = needs
    async with running(world, leader):
        await until(lambda: leader.status() == "waits")
        assert await leader.why_not_ready() == "there is no topic x: create it"


async def test_one_that_stood_by_says_that_it_has_stopped() -> None:
    world = World(free=False)
    leader = world.leader()
    with capture_logs() as lines:
        async with running(world, leader):
            await until(lambda: leader.status() == STANDS_BY)

    assert lines[-1]["event"] == "town.stopped"


def _answers(found: list[str | None]) -> Callable[[], Awaitable[str | None]]:
    async def needs() -> str | None:
        return found[0]

    return needs
