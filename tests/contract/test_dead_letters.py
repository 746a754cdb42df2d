"""Dead letters as they are really sent."""

from typing import Any

import pytest

from gateways import dead_letters
from gateways.kafka.producer import Delivery
from schemas.intake import RejectReason
from tests.contract.schemas import Contract, read
from tests.fakes.records import NOW, record
from tools.contracts.json_schema import DEAD_LETTER


def test_dead_letters_carry_the_headers_of_the_contract() -> None:
    schema = read(DEAD_LETTER)
    names = {dead_letters.REASON, dead_letters.DETAIL, dead_letters.ORIGIN, dead_letters.AT}

    assert set(schema["required"]) == names
    cut = {dead_letters.OMITTED, dead_letters.SIZE, dead_letters.DIGEST}
    assert set(schema["properties"]) == names | cut | {dead_letters.NULLS}
    assert schema["$defs"]["RejectReason"]["enum"] == list(RejectReason)


class Kept:
    """A producer that shows the headers it was given."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    async def largest(self, topic: str) -> int:
        return 64 * 1024

    async def send(self, topic: str, *, key: Any, value: Any, headers: Any) -> Delivery:
        self.headers = {name: content.decode() for name, content in headers}
        return Delivery(0, 4711)


async def test_a_dead_letter_follows_the_contract() -> None:
    kept = Kept()
    letters = dead_letters.KafkaDeadLetters(kept, lambda: NOW)  # type: ignore[arg-type]
    await letters.put(record(None, [("x", None)], key=None), RejectReason.EMPTY_RECORD, "No value.")

    assert Contract(DEAD_LETTER).errors(kept.headers) == []
    assert kept.headers[dead_letters.NULLS]


@pytest.mark.parametrize("headers", [[("x", b"y")], [("x", b"y" * 99_000)]], ids=["value", "all"])
async def test_a_dead_letter_without_its_value_follows_the_contract(
    headers: list[tuple[str, bytes | None]],
) -> None:
    kept = Kept()
    letters = dead_letters.KafkaDeadLetters(kept, lambda: NOW)  # type: ignore[arg-type]
    await letters.put(record(b"v" * 99_000, headers), RejectReason.NOT_JSON, "Not JSON.")

    assert Contract(DEAD_LETTER).errors(kept.headers) == []
    assert kept.headers[dead_letters.OMITTED]
