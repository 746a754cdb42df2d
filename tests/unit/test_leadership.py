"""Leading in one process of several: who stands by, who waits and how long, and who stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, Gauge

from consumers.backoff import Backoff
from runtime.problems import Problem
from runtime.services import leadership
from runtime.services.leadership import Leader
from schemas.intake import Unavailable
from store.errors import StoreUnavailable
from store.journal.leases import Lease, Seen
from store.journal.outbox import ForeignCursor
from tests.fakes.waiting import until

SINCE = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
WORKS = "works; leads since 2026-07-01T04:00:00Z as here/1/y"
STANDS_BY = "stands by: another leads, there/7/x since 2026-07-01T04:00:00Z"
OTHERS = Seen("there/7/x", SINCE, holds=True, silent_s=1, is_older=False)
NOWHERE = cast(Any, None)
"""A database that no test here asks."""


@dataclass
class World:
    """One lease, and a work that fails as often as it is told to."""

    free: bool = True
    fails: list[Exception] = field(default_factory=list)
    turns: int = 0
    measured: int = 0
    blind: bool = False
    lease: Lease | None = None
    others: Seen = OTHERS
    gauge: Gauge = field(
        default_factory=lambda: Gauge("leads", "Leads.", registry=CollectorRegistry())
    )

    def leader(self, backoff: Backoff | None = None) -> Leader:
        rests = backoff or Backoff(0.001, 0.004)
        return Leader(
            "town", self.lead, self.seen, "another leads", self.gauge, self.measure, rests
        )

    @asynccontextmanager
    async def lead(self) -> AsyncIterator[Lease | None]:
        if not self.free:
            yield None
            return
        self.free = False
        try:
            self.lease = Lease(NOWHERE, NOWHERE, "town", "here/1/y", 1, SINCE)
            yield self.lease
        finally:
            self.free = True

    async def seen(self) -> Seen:
        return self.others

    async def measure(self) -> None:
        self.measured += 1
        if self.blind:
            raise StoreUnavailable("away")

    @property
    def leads(self) -> float:
        [family] = self.gauge.collect()
        return float(family.samples[0].value)

    @property
    def silent(self) -> float:
        """Return what this process's metrics say of the time without a leader."""
        found = REGISTRY.get_sample_value("sanban_leader_silent_seconds", {"lease": "town"})
        assert found is not None
        return found


@asynccontextmanager
async def running(world: World, leader: Leader) -> AsyncIterator[None]:
    async def work(lease: Lease, stop: asyncio.Event) -> None:
        assert lease is world.lease
        world.turns += 1
        if world.fails:
            raise world.fails.pop(0)
        leader.succeeded("works")
        await stop.wait()

    stop = asyncio.Event()
    task = asyncio.create_task(leader.run(work, stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def test_who_has_the_lease_leads_and_the_other_is_ready_to() -> None:
    world = World()
    first, second = world.leader(), world.leader()
    assert await first.why_not_ready() == "has not begun yet"
    async with running(world, first):
        await until(lambda: first.status() == WORKS)
        assert world.leads == 1
        async with running(world, second):
            await until(lambda: second.status() == STANDS_BY)
            assert await second.why_not_ready() is None
            assert world.measured == 1
    assert world.leads == 0


async def test_one_that_stands_by_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leadership, "STANDBY_S", 0.001)
    world = World(free=False)
    leader = world.leader()
    async with running(world, leader):
        await until(lambda: leader.status() == STANDS_BY)
        world.free = True
        await until(lambda: leader.status() == WORKS)


async def test_one_that_loses_its_lease_stops_at_once_and_stands_by() -> None:
    """Also in the middle of its work, which is cancelled: another process may lead."""
    world = World()
    leader = world.leader(Backoff(60))
    async with running(world, leader):
        await until(lambda: leader.status() == WORKS)
        assert world.lease is not None
        world.lease.lost.set()
        await until(lambda: leader.status() == "stood down")

        assert "the lease of town has ended" in (await leader.why_not_ready() or "")
        assert world.leads == 0
        assert world.free


@pytest.mark.parametrize(
    ("others", "ready", "status"),
    [
        (OTHERS, None, STANDS_BY),
        (
            replace(OTHERS, holds=False, silent_s=3),
            None,
            "stands by: no process leads",
        ),
        (
            replace(OTHERS, silent_s=31),
            (
                "no process has led with success for 31 s; there/7/x has the lease since "
                "2026-07-01T04:00:00Z: see what its /readyz says"
            ),
            (
                "stands by: another process has the lease and does not succeed, there/7/x since "
                "2026-07-01T04:00:00Z"
            ),
        ),
        (
            replace(OTHERS, holds=False, silent_s=31),
            (
                "no process has led for 31 s; the last was there/7/x, and its session with the "
                "database is not over: see if that process, or its machine, is frozen"
            ),
            "stands by: no process leads",
        ),
        (
            Seen(None, None, holds=False, silent_s=0, is_older=True),
            None,
            "stands by: another leads, a process of an older release",
        ),
    ],
)
async def test_one_that_stands_by_is_ready_only_while_a_process_leads(
    others: Seen, ready: str | None, status: str
) -> None:
    world = World(free=False, others=others)
    leader = world.leader()
    async with running(world, leader):
        await until(lambda: leader.status() != "")

        assert leader.status() == status
        assert await leader.why_not_ready() == ready


async def test_after_a_failure_it_rests_without_the_lease_and_says_why() -> None:
    world = World(fails=[Unavailable("kafka", "no answer")])
    leader = world.leader(Backoff(60))
    async with running(world, leader):
        await until(lambda: leader.status() == "waits")

        assert await leader.why_not_ready() == "kafka is unavailable: no answer"
        assert world.free
        assert world.leads == 0


async def test_each_rest_is_longer_until_a_turn_succeeds() -> None:
    world = World(fails=[Unavailable("kafka", "no answer") for _ in range(3)])
    backoff = Backoff(0.001, 1000)
    leader = world.leader(backoff)
    async with running(world, leader):
        await until(lambda: leader.status() == WORKS)

    assert world.turns == 4
    assert backoff.rest() == 0.001


async def test_numbers_that_cannot_be_had_stop_nothing() -> None:
    world = World(fails=[Unavailable("kafka", "no answer")], blind=True)
    leader = world.leader()
    async with running(world, leader):
        await until(lambda: leader.status() == WORKS)

    assert world.measured == 1


async def test_a_database_that_is_away_is_not_asked_for_numbers() -> None:
    world = World(fails=[StoreUnavailable("away")])
    leader = world.leader()
    async with running(world, leader):
        await until(lambda: leader.status() == WORKS)

    assert world.measured == 0


@pytest.mark.parametrize(
    ("raised", "ends"),
    [(ForeignCursor("9"), Problem), (Problem("too large"), Problem), (KeyError("x"), KeyError)],
)
async def test_what_waiting_does_not_help_ends_it(raised: Exception, ends: type[Exception]) -> None:
    world = World(fails=[raised])
    with pytest.raises(ends):
        async with running(world, world.leader()):
            await until(lambda: world.turns == 1)

    assert world.free
    assert world.leads == 0


def test_rests_double_up_to_the_longest() -> None:
    backoff = Backoff(0.5, 10)

    assert [backoff.rest() for _ in range(7)] == [0.5, 1, 2, 4, 8, 10, 10]


def test_after_a_success_the_first_rest_is_short_again() -> None:
    backoff = Backoff(0.5, 10)
    backoff.rest()
    backoff.rest()
    backoff.reset()

    assert backoff.rest() == 0.5
