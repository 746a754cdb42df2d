"""Receipts as they are really sent."""

import json
from typing import Any

import pytest

from gateways.kafka.producer import Delivery
from gateways.receipts import KafkaReceipts
from schemas.intake import Outcome, ParkingTerms, Position, RecordDecision, RejectReason, Wait
from tests.contract.schemas import Contract, read
from tests.fakes.records import NOW, record
from tools.contracts.json_schema import RECEIPT, RECEIPT_EVENT


def place(offset: int) -> Position:
    return Position("main", "sanban.complaints", "id", 0, offset)


DECISIONS = [
    RecordDecision(
        place(0), Outcome.ACCEPTED, None, "", "youchegang", "/s", "e", "7kq2m-9xa4t-bnc2w"
    ),
    RecordDecision(place(1), Outcome.REJECTED, RejectReason.NOT_JSON, "第 3 行"),
    RecordDecision(place(2), Outcome.PARKED, hold=ParkingTerms(Wait.COMPLAINT, "q", NOW)),
]


class Kept:
    """A producer that shows what it was given."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, dict[str, Any]]] = []

    async def send(self, topic: str, *, key: Any, value: Any, headers: Any) -> Delivery:
        self.sent.append((key, json.loads(value)))
        return Delivery(0, len(self.sent))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.outcome.value)
async def test_a_receipt_follows_the_contract_and_keeps_its_id(decision: RecordDecision) -> None:
    kept = Kept()
    receipts = KafkaReceipts(kept, lambda: NOW)  # type: ignore[arg-type]
    for _ in range(2):
        await receipts.put(record(b"x", {}, key=b"key"), decision)
    (key, once), (_, again) = kept.sent

    assert Contract(RECEIPT_EVENT).errors(once) == []
    assert key == b"key"
    assert once["id"] == again["id"]
    assert once["data"].get("reason") == decision.code
    assert once["data"]["offset"] == decision.position.offset


async def test_two_outcomes_of_one_record_are_two_receipts() -> None:
    kept = Kept()
    receipts = KafkaReceipts(kept, lambda: NOW)  # type: ignore[arg-type]
    for outcome in (Outcome.PARKED, Outcome.SUPPLEMENTED):
        await receipts.put(record(b"x", {}), RecordDecision(place(7), outcome))

    assert len({event["id"] for _, event in kept.sent}) == 2


def test_every_code_is_in_the_contract() -> None:
    codes = read(RECEIPT)["properties"]["reason"]["enum"]

    assert codes == [*RejectReason, *Wait]
