"""Which receipts answer what was just sent, and when there is nothing left to wait for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gateways.kafka.receipt_reader import KeyedReceipt
from runtime.jobs.publish import Line, receipts_of
from schemas.events.receipts import Receipt
from schemas.intake import Outcome

TOPIC = "complaints"
ONE, TWO = Line(1, b"one", b"{}"), Line(2, b"two", b"{}")
SENT = {(0, 5): ONE, (1, 5): TWO}
ACCEPTED, PARKED = Outcome.ACCEPTED, Outcome.PARKED


def receipt(
    outcome: Outcome, partition: int, offset: int, key: bytes, topic: str = TOPIC
) -> KeyedReceipt:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    place: dict[str, Any] = {"topic": topic, "partition": partition, "offset": offset}
    return KeyedReceipt(key, Receipt(outcome=outcome, at=at, **place))


class Topic:
    """Brings some at a time."""

    def __init__(self, *chunks: Sequence[KeyedReceipt]) -> None:
        self.chunks = list(chunks)

    async def some(self, seconds: float) -> list[KeyedReceipt]:
        assert seconds > 0
        return list(self.chunks.pop(0)) if self.chunks else []


async def heard(topic: Topic, seconds: float = 30) -> list[tuple[int, Outcome]]:
    reader: Any = topic
    return [(line.number, r.outcome) async for line, r in receipts_of(reader, TOPIC, SENT, seconds)]


async def test_only_receipts_of_these_very_records_count() -> None:
    others = [
        receipt(ACCEPTED, 0, 4, b"one"),
        receipt(ACCEPTED, 0, 5, b"one", topic="commands"),
        receipt(ACCEPTED, 0, 5, b"of a topic of this name before"),
    ]
    own = [receipt(ACCEPTED, 1, 5, b"two"), receipt(ACCEPTED, 0, 5, b"one")]

    assert await heard(Topic(others, own)) == [(2, ACCEPTED), (1, ACCEPTED)]


async def test_a_receipt_told_twice_is_shown_once_and_the_second_of_a_parked_one_too() -> None:
    parked = receipt(PARKED, 0, 5, b"one")
    topic = Topic(
        [parked, parked],
        [receipt(ACCEPTED, 0, 5, b"one"), receipt(ACCEPTED, 1, 5, b"two")],
        [receipt(ACCEPTED, 1, 5, b"two")],
    )

    assert await heard(topic) == [(1, PARKED), (1, ACCEPTED), (2, ACCEPTED)]
    assert len(topic.chunks) == 1  # nothing is left to wait for


async def test_waiting_ends_when_the_time_is_over() -> None:
    topic = Topic([receipt(ACCEPTED, 0, 5, b"one")])

    assert await heard(topic, seconds=0.05) == [(1, ACCEPTED)]
