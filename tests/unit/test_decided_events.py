"""A gateway before a broker that may forget: an event is acknowledged once it has an outcome."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pytest

from console.gateway.ports import BrokerPosition, CheckedEvent, EventMessage, Invalid
from runtime.services.gateway.decided_events import DecidingBroker
from schemas.intake import Outcome, RejectReason, Unavailable
from store.intake.ledger_entries import EventEntry
from tests.fakes.waiting import until

MESSAGE = EventMessage(b"{}", ())
SOURCE = "https://a.example"


def checked(event_id: str) -> CheckedEvent:
    return CheckedEvent("complaints", b"k", "youchegang", SOURCE, event_id, None)


def entry(event_id: str, offset: int, number: int, *, source: str = SOURCE) -> EventEntry:
    return EventEntry(source, event_id, "complaints", 0, offset, number)


@dataclass
class FakeBroker:
    sent: list[str] = field(default_factory=list)

    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        self.sent.append(to.event_id)
        return BrokerPosition(to.topic, 0, len(self.sent) - 1)


@dataclass
class FakeLedger:
    entries: list[EventEntry] = field(default_factory=list)
    away: bool = False
    asked: int = 0

    async def of_events(self, events: Collection[tuple[str, str]]) -> Sequence[EventEntry]:
        self.asked += 1
        if self.away:
            raise Unavailable("postgresql", "no answer")
        return [each for each in self.entries if (each.source, each.event_id) in events]


@dataclass
class World:
    broker: FakeBroker = field(default_factory=FakeBroker)
    ledger: FakeLedger = field(default_factory=FakeLedger)

    def send(self, event_id: str, seconds: float = 60) -> "asyncio.Task[BrokerPosition]":
        deciding = DecidingBroker(self.broker, self.ledger, seconds)
        return asyncio.create_task(deciding.send(checked(event_id), MESSAGE))

    async def until_looked(self, times: int = 3) -> None:
        begin = self.ledger.asked
        await until(lambda: self.ledger.asked >= begin + times)


async def test_it_answers_when_the_outcome_is_in_the_ledger_and_not_before() -> None:
    world = World()
    sending = world.send("e")
    await world.until_looked()
    assert world.broker.sent == ["e"]
    assert not sending.done()

    world.ledger.entries.append(entry("e", 0, 7))

    assert await sending == BrokerPosition("complaints", 0, 0)


@pytest.mark.parametrize(
    "other",
    [
        entry("e", 1, 7),
        entry("another", 0, 7),
        entry("e", 0, 7, source="https://b.example"),
        EventEntry(SOURCE, "e", "commands", 0, 0, 7),
        EventEntry(SOURCE, "e", "complaints", 1, 0, 7),
    ],
)
async def test_the_outcome_of_another_record_is_not_its_outcome(other: EventEntry) -> None:
    world = World()
    sending = world.send("e")
    await until(lambda: world.broker.sent)
    world.ledger.entries.append(other)
    await world.until_looked()

    assert not sending.done()
    world.ledger.entries.append(entry("e", 0, 8))
    await sending


async def test_a_broker_that_was_set_up_again_gives_out_old_positions() -> None:
    """The event had an outcome at this very position, before the broker forgot it."""
    world = World(ledger=FakeLedger([entry("e", 0, 7)]))
    sending = world.send("e")
    await world.until_looked()

    assert not sending.done()
    world.ledger.entries.append(entry("e", 0, 8))
    await sending


async def test_without_an_outcome_in_time_the_sender_is_asked_to_try_again() -> None:
    world = World()

    with pytest.raises(Unavailable, match=r"intake is unavailable: it has not decided"):
        await world.send("e", seconds=0.2)
    looked = world.ledger.asked
    await asyncio.sleep(0.3)
    assert world.ledger.asked <= looked + 1  # it looks no more


async def test_nothing_is_sent_while_the_ledger_cannot_be_asked() -> None:
    world = World(ledger=FakeLedger(away=True))

    with pytest.raises(Unavailable, match="postgresql"):
        await world.send("e")

    assert world.broker.sent == []


async def test_a_ledger_that_is_away_for_a_while_only_delays() -> None:
    world = World()
    sending = world.send("e")
    await world.until_looked()
    world.ledger.away = True
    await world.until_looked()
    world.ledger.away = False
    world.ledger.entries.append(entry("e", 0, 7))

    await sending


async def test_many_that_wait_are_looked_up_together() -> None:
    world = World()
    deciding = DecidingBroker(world.broker, world.ledger)
    names = [f"e{number}" for number in range(100)]
    sending = [asyncio.create_task(deciding.send(checked(each), MESSAGE)) for each in names]
    await until(lambda: len(world.broker.sent) == 100)
    asked = world.ledger.asked
    world.ledger.entries = [entry(each, at, at) for at, each in enumerate(world.broker.sent)]

    assert len(await asyncio.gather(*sending)) == 100
    assert world.ledger.asked <= asked + 2


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.CONFLICT, RejectReason.IDENTITY_CONFLICT),
        (Outcome.REJECTED, RejectReason.CASE_OVER),
    ],
)
async def test_what_intake_did_not_take_is_refused_in_the_words_of_the_receipt(
    outcome: Outcome, reason: RejectReason
) -> None:
    world = World()
    sending = world.send("e")
    await until(lambda: world.broker.sent)
    world.ledger.entries.append(
        EventEntry(SOURCE, "e", "complaints", 0, 0, 7, outcome.value, reason.value, "why")
    )

    with pytest.raises(Invalid, match="why") as refused:
        await sending

    assert refused.value.reason is reason


@pytest.mark.parametrize("outcome", [Outcome.DUPLICATE, Outcome.PARKED, Outcome.SUPPLEMENTED])
async def test_what_intake_took_or_keeps_is_acknowledged(outcome: Outcome) -> None:
    world = World()
    sending = world.send("e")
    await until(lambda: world.broker.sent)
    world.ledger.entries.append(
        EventEntry(SOURCE, "e", "complaints", 0, 0, 7, outcome.value, "unknown_complaint")
    )

    assert await sending == BrokerPosition("complaints", 0, 0)
