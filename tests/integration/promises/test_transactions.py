"""What a publisher never committed is never acted upon."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.fakes.transactions import TransactionalPublisher
from tests.integration.promises.events import Event, event
from tests.integration.promises.test_case_commands import (
    SIGN,
    WITHDRAW,
    command,
    decided,
    kinds_by,
)
from tests.integration.promises.town import Servers, Town, open_town
from tests.smoke.commands import sanban


@pytest.fixture
async def town(servers: Servers) -> AsyncIterator[Town]:
    """Its topics have one partition."""
    async with open_town(servers, partitions=1) as opened:
        yield opened


async def publisher_of(town: Town, codec: str = "none") -> TransactionalPublisher:
    bootstrap = town.servers.kafka.bootstrap
    return await asyncio.to_thread(TransactionalPublisher, bootstrap, codec=codec)


def send(publisher: TransactionalPublisher, topic: str, *events: Event) -> None:
    for each in events:
        publisher.send(topic, each.value or b"", key=each.key, headers=each.headers)


async def text_of(town: Town, case_id: str) -> str:
    told = await sanban("cases", "show", case_id, **town.environment)
    return told.output


@pytest.mark.parametrize("codec", ["none", "zstd"])
async def test_a_draft_that_was_aborted_is_never_acted_upon(town: Town, codec: str) -> None:
    """Promise 33: begin, send X (草稿), abort; begin, send X (路灯不亮), commit: the case has the
    second text, and nothing is a conflict.
    """
    await town.start()
    publisher = await publisher_of(town, codec)
    draft, final = (event(town.source, "X", text=text) for text in ("草稿", "路灯不亮"))
    publisher.begin()
    send(publisher, town.topic, draft)
    publisher.end("abort")
    publisher.begin()
    send(publisher, town.topic, final)
    publisher.end("commit")
    outcomes = await town.until_decided(1)
    await town.until_cases(1)
    shown = await text_of(town, final.case_id)
    [receipt] = await town.until(town.receipts, bool)

    assert outcomes == {"accepted": 1}
    assert "路灯不亮" in shown
    assert "草稿" not in shown
    assert receipt["outcome"] == "accepted"
    assert await town.dead_letters() == []


async def test_a_command_that_was_aborted_is_never_acted_upon(town: Town) -> None:
    await town.start()
    complaint = event(town.source, "X")
    await town.publish(complaint)
    await town.until_cases(1)
    publisher = await publisher_of(town)
    publisher.begin()
    send(publisher, town.commands_topic, command(town, complaint.case_id, WITHDRAW, "draft"))
    publisher.end("abort")
    publisher.begin()
    send(publisher, town.commands_topic, command(town, complaint.case_id, SIGN, "sign"))
    publisher.end("commit")
    decisions = await decided(town, 1)

    assert [decision.event_id for decision in decisions] == ["sign"]
    assert [decision.outcome for decision in decisions] == ["accepted"]
    assert await kinds_by(town, complaint.case_id, "draft") == []
