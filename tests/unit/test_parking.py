"""Parked records are taken up beside the loop, whatever is away meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from consumers import metrics
from consumers.health import Health
from consumers.outcomes.outcome_sink import Decided
from consumers.outcomes.parked_retrier import ParkedRetrier
from schemas.intake import DueRecord, Outcome, RecordDecision, Unavailable, Wait
from tests.fakes.records import complaint
from tests.limits import EVENT_S

ONE = DueRecord(complaint(0), expired=False)


@dataclass
class FakeParked:
    """Batches that are ready, one a look; then nothing."""

    batches: list[list[DueRecord]]
    failures: int = 0
    asked: list[str] = field(default_factory=list)
    ended: list[Decided] = field(default_factory=list)

    async def untold(self, topic: str, limit: int) -> list[Decided]:
        return self.ended

    async def reread(self, topic: str) -> None:
        self.asked.append("reread")

    async def parked(self, topic: str) -> dict[Wait, int]:
        return {Wait.CASE: 3}

    async def ready(self, topic: str, limit: int) -> list[DueRecord]:
        self.asked.append("ready")
        if self.failures:
            self.failures -= 1
            raise Unavailable("postgresql", "gone")
        return self.batches.pop(0) if self.batches else []


@dataclass
class Taker:
    enough: int
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    taken: list[DueRecord] = field(default_factory=list)
    told: list[Decided] = field(default_factory=list)
    health: Health = field(default_factory=Health)
    reasons: list[str] = field(default_factory=list)

    async def take_up(self, waiting: Sequence[DueRecord]) -> None:
        self.reasons.append(self.health.ready()[1])
        self.taken += waiting
        if len(self.taken) >= self.enough:
            self.stop.set()

    async def tell(self, decided: Sequence[Decided]) -> None:
        self.told += decided

    async def run(self, parked: FakeParked) -> None:
        parking = ParkedRetrier("t", parked, self.take_up, self.tell, self.health, pause_s=0.001)
        await asyncio.wait_for(parking.run(self.stop), EVENT_S)


async def test_it_takes_up_what_is_ready_until_it_is_asked_to_stop() -> None:
    taker = Taker(enough=3)
    await taker.run(FakeParked([[ONE], [], [ONE, ONE]]))

    assert taker.taken == [ONE, ONE, ONE]
    assert taker.health.ready() == (True, "")


async def test_it_waits_for_what_is_away_and_says_so() -> None:
    taker, parked = Taker(enough=1), FakeParked([[ONE]], failures=2)
    await taker.run(parked)

    assert taker.taken == [ONE]
    assert "postgresql is unavailable: gone" in taker.reasons[0]
    assert taker.health.ready() == (True, "")
    assert parked.asked[0] == "reread"
    assert parked.asked.count("reread") == 1


async def test_a_defect_ends_it() -> None:
    async def defective(waiting: Sequence[DueRecord]) -> None:
        raise ZeroDivisionError

    parking = ParkedRetrier(
        "t", FakeParked([[ONE]]), defective, Taker(0).tell, Health(), pause_s=0.001
    )
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(parking.run(asyncio.Event()), EVENT_S)


async def test_it_tells_what_became_of_those_that_nobody_told() -> None:
    over = (complaint(1), RecordDecision(complaint(1).position, Outcome.SUPPLEMENTED))
    taker = Taker(enough=1)
    await taker.run(FakeParked([[ONE]], ended=[over]))

    assert taker.told == [over]


async def test_it_counts_what_waits() -> None:
    taker = Taker(enough=1)
    await taker.run(FakeParked([[ONE]]))

    [family] = metrics.PARKED.collect()
    samples = {tuple(each.labels.values()): each.value for each in family.samples}
    assert samples["t", "before_case"] == 3
    assert samples["t", "case_silent"] == 0
