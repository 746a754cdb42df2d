"""Records of any size, however they are compressed, are read within a bounded memory."""

import asyncio
import json
import sys
from hashlib import sha256

import pytest

from gateways.kafka.producer import Producer
from gateways.kafka.record_reader import KafkaReader, ReaderOptions
from schemas.intake import Record
from tests.fakes.kafka_topics import read
from tests.fakes.librdkafka import CODECS, Sent, publish
from tests.limits import LOAD_S

MEGABYTE = 1024 * 1024
BOUND = 8 * MEGABYTE

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


async def measured(bootstrap: str, topic: str, count: int) -> dict[str, int]:
    """Read so many records in a process of its own; return what that took."""
    command = (sys.executable, "-m", "tests.fakes.memory_meter", bootstrap, topic)
    process = await asyncio.create_subprocess_exec(
        *command, str(count), str(BOUND), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(LOAD_S):
        told, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, int] = json.loads(told.splitlines()[-1])
    return found


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
async def test_what_is_published_does_not_decide_how_much_memory_is_taken(
    bootstrap: str, topic: str, codec: str
) -> None:
    """One value of 200 MiB; 200 values of 900 kB in one batch; and 10,000 small records."""
    large: Sent = (b"k", b"x" * 200 * MEGABYTE, [])
    many: list[Sent] = [(b"k", b"y" * 900_000, [])] * 200
    small: list[Sent] = [(b"k", b"{}", [])] * 10_000
    await asyncio.to_thread(publish, bootstrap, topic, [large], codec=codec)
    for some in (many, small):
        await asyncio.to_thread(publish, bootstrap, topic, some, codec=codec, together=True)
    found = await measured(bootstrap, topic, 1 + len(many) + len(small))

    assert found["read"] >= 1 + len(many) + len(small)
    assert found["bytes"] > 370 * MEGABYTE
    assert found["grown"] < 8 * BOUND


@pytest.mark.parametrize("codec", CODECS)
async def test_a_large_value_comes_as_its_size_and_digest_between_others(
    bootstrap: str, topic: str, codec: str
) -> None:
    value = b"z" * 3 * MEGABYTE
    records: list[Sent] = [(b"k", b"a", []), (b"k", value, [("h", b"1")]), (b"k", b"b", [])]
    await asyncio.to_thread(publish, bootstrap, topic, records, codec=codec, together=True)
    first, large, last = await read(bootstrap, topic, 3, largest_record=MEGABYTE)

    assert first.value == b"a"
    assert last.value == b"b"
    assert large.value is None
    assert large.left_out is not None
    assert large.size == len(value) + 3
    assert large.digest == sha256(value).hexdigest()
    assert large.headers == (("h", b"1"),)


async def test_a_reader_of_single_records_sees_the_same(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    """As `reconcile` and `deadletters` read them: up to 64 MiB whole."""
    value = b"z" * 100 * MEGABYTE
    await asyncio.to_thread(publish, bootstrap, topic, [(b"k", value, [])], codec="zstd")
    await producer.send(topic, key=b"k", value=b"v" * 10 * MEGABYTE)
    async with KafkaReader(ReaderOptions(bootstrap)) as reader:
        large, whole = await reader.at(topic, 0, 0), await reader.at(topic, 0, 1)

    assert large.left_out is not None
    assert large.digest == sha256(value).hexdigest()
    assert whole == Record(whole.position, b"k", b"v" * 10 * MEGABYTE, (), whole.timestamp_ms)
