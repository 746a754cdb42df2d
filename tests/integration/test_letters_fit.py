"""A dead letter fits its topic, whatever the record and the limit; a receipt always does."""

import asyncio
import json
from dataclasses import replace
from hashlib import sha256

import pytest

from gateways.dead_letters import DIGEST, OMITTED, ORIGIN, SIZE, KafkaDeadLetters
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from gateways.kafka.topic_limits import NEEDED, TopicLimits
from gateways.receipts import KafkaReceipts
from schemas.intake import Letter, Outcome, Record, RecordDecision, RejectReason, Unavailable
from schemas.left_out import LONGEST_KEY, LeftOut
from tests.fakes.kafka_topics import read
from tests.fakes.records import NOW, at
from tests.integration.promises import broker

NARROW = 64 * 1024
TENANT = RejectReason.UNKNOWN_TENANT
POSITION = at(7)
HEADERS = (("ce_id", b"1"), ("photo", None))
VALUE = b"v" * 100_000
MANY = tuple((f"h{number}", b"x" * 1000) for number in range(100))
SMALL = Record(POSITION, b"k", b"small", HEADERS)
LONG_KEY = b"k" * 1_000_000
HASHED = b"sha256:" + sha256(LONG_KEY).hexdigest().encode()

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


@pytest.fixture
async def narrow(bootstrap: str, topic: str) -> str:
    name = f"{topic}-narrow"
    await ensure_topics(bootstrap, [TopicSpec(name, 1, largest_record=NARROW)])
    return name


async def put(letters: KafkaDeadLetters, record: Record, reason: RejectReason = TENANT) -> Letter:
    return await letters.put(record, reason, "why")


@pytest.mark.parametrize("may_ask", [True, False], ids=["asked", "learnt"])
async def test_a_letter_that_is_too_large_for_its_topic_goes_without_its_value(
    bootstrap: str,
    narrow: str,
    producer: Producer,
    monkeypatch: pytest.MonkeyPatch,
    *,
    may_ask: bool,
) -> None:
    if not may_ask:
        monkeypatch.setattr(TopicLimits, "_ask", lambda _self, _topic: None)
    letters = KafkaDeadLetters(producer, lambda: NOW, narrow)
    large = [
        Record(POSITION, b"k", VALUE, HEADERS),
        Record(POSITION, None, VALUE, HEADERS),
        Record(POSITION, b"k", VALUE, MANY),
        Record(POSITION, LONG_KEY, b"v"),
    ]
    for record in large:
        await put(letters, record)
    await put(letters, SMALL)
    kept = await read(bootstrap, narrow, len(large) + 1)
    said = [dict(letter.headers) for letter in kept]

    assert [letter.key for letter in kept] == [b"k", None, b"k", HASHED, b"k"]
    assert [letter.value for letter in kept] == [b"", b"", b"", b"", b"small"]
    assert [each.get(OMITTED) for each in said] == [
        b"value",
        b"value",
        b"value, headers",
        b"value",
        None,
    ]
    for record, each in zip(large, said, strict=False):
        assert each[SIZE] == str(record.size).encode()
        assert each[DIGEST] == sha256(record.value or b"").hexdigest().encode()
        assert each[ORIGIN] == b"sanban.complaints/0/7"
    assert kept[0].headers[:2] == (("ce_id", b"1"), ("photo", b""))


@pytest.mark.parametrize(
    "record",
    [
        Record(POSITION, b"k", VALUE, HEADERS),
        Record(POSITION, LONG_KEY, b"v", HEADERS),
        Record(POSITION, b"k", None, HEADERS, left_out=LeftOut(2**31, "ab" * 32)),
    ],
    ids=["value", "key", "never read"],
)
async def test_what_is_too_large_is_never_kept_though_the_topic_would_take_it(
    bootstrap: str, topic: str, producer: Producer, record: Record
) -> None:
    await put(KafkaDeadLetters(producer, lambda: NOW, topic), record, RejectReason.TOO_LARGE)
    [kept] = await read(bootstrap, topic, 1)
    said = dict(kept.headers)

    assert kept.value == b""
    assert kept.key in {b"k", HASHED}
    assert said[OMITTED] == b"value"
    assert said[SIZE] == str(record.size).encode()
    assert said[DIGEST] == record.digest.encode()


async def test_letters_side_by_side_all_arrive_though_the_limit_cannot_be_asked(
    bootstrap: str, narrow: str, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As intake sends those of a chunk: until all of them are there, it tries all of them again."""
    monkeypatch.setattr(TopicLimits, "_ask", lambda _self, _topic: None)
    letters = KafkaDeadLetters(producer, lambda: NOW, narrow)
    records = [Record(at(offset), b"k", b"v" * (offset % 10 * 100_000)) for offset in range(40)]
    attempts = 0
    while True:
        attempts += 1
        results = await asyncio.gather(
            *(put(letters, record) for record in records), return_exceptions=True
        )
        if all(isinstance(each, Letter) for each in results):
            break
        assert all(isinstance(each, Letter | Unavailable) for each in results)

    assert attempts < 10
    origins = {dict(letter.headers)[ORIGIN] for letter in await broker.read(bootstrap, narrow)}
    assert len(origins) == len(records)


async def test_a_limit_that_is_changed_is_noticed(bootstrap: str, topic: str) -> None:
    name = f"{topic}-changed"
    await ensure_topics(bootstrap, [TopicSpec(name, 1, largest_record=200_000)])
    async with Producer(ProducerOptions(bootstrap)) as producer:
        letters = KafkaDeadLetters(producer, lambda: NOW, name)
        await put(letters, Record(POSITION, b"k", VALUE))
        await broker.allow(bootstrap, name, NARROW)
        await put(letters, Record(POSITION, b"k", VALUE))
        await put(letters, SMALL)

    kept = await read(bootstrap, name, 3)
    assert [letter.value for letter in kept] == [VALUE, b"", b"small"]


async def test_a_topic_that_allows_less_than_it_has_to_is_waited_for_with_the_reason(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    name = f"{topic}-tiny"
    await ensure_topics(bootstrap, [TopicSpec(name, 1, largest_record=300)])
    letters = KafkaDeadLetters(producer, lambda: NOW, name)
    with pytest.raises(Unavailable, match=rf"max\.message\.bytes to at least {NEEDED}"):
        await put(letters, Record(POSITION, b"k" * LONGEST_KEY, VALUE))


class Measured:
    """A producer that remembers what it was given."""

    size = 0

    async def send(self, topic: str, *, key: bytes | None, value: bytes, headers: object) -> None:
        self.size = len(key or b"") + len(value)
        json.loads(value)


@pytest.mark.parametrize("key", [b"\xff" * LONGEST_KEY, LONG_KEY], ids=["longest", "too long"])
async def test_the_largest_receipt_fits_the_smallest_topic(key: bytes) -> None:
    measured = Measured()
    decision = RecordDecision(
        replace(POSITION, topic="t" * 249, partition=2**31 - 1, offset=2**63 - 1),
        Outcome.REJECTED,
        RejectReason.UNSUPPORTED_CONTENT_TYPE,
        "\x01" * 100_000,
        tenant="t" * 40,
        source='"' * 500,
        event_id='"' * 200,
        case_id="7kq2m-9xa4t-bnc2w",
    )
    receipts = KafkaReceipts(measured, lambda: NOW)  # type: ignore[arg-type]
    await receipts.put(Record(POSITION, key, VALUE), decision)

    assert 0 < measured.size < NEEDED - 1000
