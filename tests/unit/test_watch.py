"""What a relay says of moments and transactions that no counter shows."""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest
from prometheus_client import REGISTRY

from runtime.services.relay.watch import LOOK_S, Watch
from store.errors import StoreUnavailable
from store.watched import PostgresWatched


@dataclass
class FakeDatabase:
    """What the database answers, or that it is away."""

    moment: float = 0.0
    transaction: str | None = None
    drill: float = float("inf")
    is_away: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def oldest_moment_s(self) -> float:
        self.asked.set()
        if self.is_away:
            raise StoreUnavailable("no connection")
        return self.moment

    async def oldest_transaction(self) -> str | None:
        return self.transaction

    async def last_drill_s(self) -> float:
        return self.drill


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known() -> FakeDatabase:
    return FakeDatabase()


@pytest.fixture
def watch(known: FakeDatabase, clock: Clock) -> Watch:
    return Watch(cast("PostgresWatched", known), clock)


def shown(name: str) -> float:
    value = REGISTRY.get_sample_value(f"sanban_{name}_seconds")
    assert value is not None
    return value


async def test_a_moment_that_no_worker_acted_on_is_shown(watch: Watch, known: FakeDatabase) -> None:
    known.moment = 700
    await watch.look()

    assert shown("moments_oldest") == 700


async def test_it_grows_while_the_database_is_away(
    watch: Watch, known: FakeDatabase, clock: Clock
) -> None:
    await watch.look()
    known.is_away = True
    clock.now += 601

    assert shown("moments_oldest") == 601


async def test_a_transaction_is_as_old_as_this_relay_has_seen_it(
    watch: Watch, known: FakeDatabase, clock: Clock
) -> None:
    known.transaction = "731"
    await watch.look()
    clock.now += 400
    await watch.look()

    assert shown("database_transaction") == 400


async def test_transactions_one_after_the_other_are_not_one_old_one(
    watch: Watch, known: FakeDatabase, clock: Clock
) -> None:
    for number in range(731, 760):
        known.transaction = str(number)
        await watch.look()
        clock.now += LOOK_S
    known.transaction = None
    await watch.look()

    assert shown("database_transaction") == 0


async def test_a_backup_that_was_never_verified_is_infinitely_old(watch: Watch) -> None:
    await watch.look()

    assert shown("backup_drill_age") == float("inf")


async def test_it_goes_on_while_the_database_is_away(watch: Watch, known: FakeDatabase) -> None:
    known.is_away, stop = True, asyncio.Event()
    task = asyncio.create_task(watch.run(stop))
    await known.asked.wait()
    stop.set()

    await task
