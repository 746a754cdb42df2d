"""A record of any size, compressed or not, ends in one outcome and stops no partition."""

import asyncio
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest

from gateways import dead_letters
from gateways.kafka.admin import TopicSpec, ensure_topics
from tests.fakes.librdkafka import Sent, publish
from tests.fakes.memory_meter import most_resident
from tests.integration.promises import broker
from tests.integration.promises.events import Event, event, settled
from tests.integration.promises.town import Servers, Town, open_town
from tests.integration.promises.unreadable import MEGABYTE
from tests.smoke.commands import sanban

NARROW = 64 * 1024
BOUND = 8 * MEGABYTE
READY = 200


@pytest.fixture
async def town(servers: Servers) -> AsyncIterator[Town]:
    """One partition, so that whatever cannot end stops all that follows."""
    async with open_town(servers, partitions=1) as opened:
        yield opened


def sent(each: Event) -> Sent:
    return each.key, each.value, each.headers


async def memory_of(town: Town) -> int:
    """Return the most memory that intake has had so far, in bytes."""
    return await asyncio.to_thread(most_resident, town.intake.pid)


async def test_what_is_too_large_ends_and_lets_pass_what_follows(town: Town) -> None:
    """Promise 34, with topics of letters and receipts that take 64 KiB."""
    kafka, source = town.servers.kafka.bootstrap, town.source
    names = (f"{town.name}.narrow-letters", f"{town.name}.narrow-receipts")
    await ensure_topics(kafka, [TopicSpec(name, 1, NARROW) for name in names])
    await town.worker.start()
    await town.intake.launch(
        SANBAN_DEAD_LETTERS_TOPIC=names[0],
        SANBAN_RECEIPTS_TOPIC=names[1],
        SANBAN_INTAKE_BYTES=str(BOUND),
        SANBAN_REJECT_CEILING="1",
    )
    good = [settled(source, f"good-{number}") for number in range(4)]
    text = event(source, "text", text="x" * 3 * MEGABYTE)
    bomb = event(source, "bomb", text="x" * 100 * MEGABYTE)
    key = settled(source, "key").but(key=b"k" * 900_000)
    pigeon = event(source, "pigeon", channel="pigeon", text="y" * 500_000)
    tenths = [event(source, f"tenth-{n}", text="z" * 900_000) for n in range(50)]

    def send() -> None:
        for codec, some in (
            ("zstd", [good[0], text, good[1], bomb]),
            ("gzip", [text.but(key=b"other"), bomb.but(key=b"other")]),
            ("none", [key, pigeon, good[2]]),
        ):
            publish(kafka, town.topic, map(sent, some), codec=codec)
        last = [*tenths, good[3]]
        publish(kafka, town.topic, map(sent, last), codec="zstd", together=True)

    await town.until(lambda: town.intake.ask("/readyz"), lambda answer: answer[0] == READY)
    quiet = await memory_of(town)
    await asyncio.to_thread(send)
    outcomes = await town.until_decided(9 + len(tenths) + 1)
    await town.until(town.lag, lambda lag: lag == 0)
    grown = await memory_of(town) - quiet
    by_id: dict[str | None, Any] = {each.event_id: each for each in await town.decisions()}
    letters = {
        dict(letter.headers)[dead_letters.ORIGIN].decode(): letter
        for letter in await broker.read(kafka, names[0])
    }
    receipts = [json.loads(each.value)["data"] for each in await broker.read(kafka, names[1])]

    assert outcomes == {"accepted": 4, "rejected": 6 + len(tenths)}
    for each in (text, bomb, key):
        decision = by_id[each.event_id]
        place = f"{town.topic}/0/{decision.position.offset}"
        headers = dict(letters[place].headers)
        assert decision.reason == "too_large"
        assert headers[dead_letters.DIGEST] == sha256(each.value or b"").hexdigest().encode()
        assert int(headers[dead_letters.SIZE]) > len(each.value or b"")
    assert by_id["pigeon"].reason == "schema_violation"
    assert {each["event_id"] for each in receipts} == by_id.keys()
    assert grown < 16 * BOUND
    await town.until_cases(len(good))
    told = await sanban("reconcile", **town.environment)
    assert told.code == 0, told.output
