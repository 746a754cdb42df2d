"""While the broker is away, senders are told at once; as soon as it is back, it is found."""

import asyncio
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from console.gateway.answers import unavailable
from console.gateway.ports import BrokerPosition, CheckedEvent, EventMessage, Invalid
from gateways.kafka.producer import Delivery, Headers, RecordTooLarge
from runtime.services.gateway import kafka_broker
from runtime.services.gateway.kafka_broker import SECONDS_OF_REST, SECONDS_TO_ANSWER, KafkaBroker
from schemas.intake import RejectReason, Unavailable

EVENT = CheckedEvent("complaints", b"k", "youchegang", "https://a.example", "1", None)
MESSAGE = EventMessage(b"{}", ())


@dataclass
class FakeProducer:
    """Says what it is told to say; `silent`: nothing."""

    says: Exception | None = None
    silent: bool = False
    asked: int = 0
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> Delivery:
        self.asked += 1
        if self.silent:
            await self.answer.wait()
        if self.says is not None:
            raise self.says
        return Delivery(2, 7)


@dataclass
class World:
    seconds: float = 100.0
    producer: FakeProducer = field(default_factory=FakeProducer)

    def __post_init__(self) -> None:
        self.broker = KafkaBroker(self.producer, lambda: self.seconds)

    async def send(self) -> BrokerPosition:
        return await self.broker.send(EVENT, MESSAGE)


async def test_the_place_is_the_one_that_the_broker_said() -> None:
    assert await World().send() == BrokerPosition("complaints", 2, 7)


async def test_after_a_failure_nobody_waits_for_the_next_one() -> None:
    world = World()
    world.producer.says = Unavailable("kafka")

    for _ in range(5):
        with pytest.raises(Unavailable):
            await world.send()

    assert world.producer.asked == 1


async def test_after_a_rest_one_tries_and_the_others_are_told_at_once() -> None:
    world = World()
    world.producer.says = Unavailable("kafka")
    with pytest.raises(Unavailable):
        await world.send()
    world.producer.says = None
    world.producer.silent = True

    world.seconds += SECONDS_OF_REST
    trying = asyncio.create_task(world.send())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await world.send()
    world.producer.answer.set()

    assert await trying == BrokerPosition("complaints", 2, 7)
    assert await world.send() == BrokerPosition("complaints", 2, 7)
    assert world.producer.asked == 3


async def test_one_that_tried_and_was_never_answered_does_not_close_the_way_for_good() -> None:
    world = World()
    world.producer.says = Unavailable("kafka")
    with pytest.raises(Unavailable):
        await world.send()
    world.producer.silent = True
    world.seconds += SECONDS_OF_REST
    trying = asyncio.create_task(world.send())
    await asyncio.sleep(0)
    trying.cancel()
    world.producer.silent, world.producer.says = False, None

    world.seconds += SECONDS_TO_ANSWER

    assert await world.send() == BrokerPosition("complaints", 2, 7)


async def test_a_broker_that_says_nothing_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_broker, "SECONDS_TO_ANSWER", 0.02)
    world = World()
    world.producer.silent = True

    with pytest.raises(Unavailable):
        await world.send()


async def test_a_topic_that_takes_no_such_record_is_there() -> None:
    world = World()
    world.producer.says = RecordTooLarge("too many")

    for _ in range(2):
        with pytest.raises(Invalid, match=RejectReason.TOO_LARGE):
            await world.send()

    assert world.producer.asked == 2


async def test_the_log_says_what_is_missing_at_the_broker() -> None:
    producer = FakeProducer(says=Unavailable("kafka", "complaints: KafkaTimeoutError"))
    broker = KafkaBroker(producer, missing=lambda: "there is no topic complaints: create it")
    with capture_logs() as lines, pytest.raises(Unavailable):
        await broker.send(EVENT, MESSAGE)

    assert [line["detail"] for line in lines] == ["there is no topic complaints: create it"]


def test_who_only_asks_is_not_told_to_send_an_event() -> None:
    assert unavailable("postgresql", asked=True).detail == (
        "postgresql does not answer; ask again later"
    )
