"""What a publisher never committed is never acted upon."""

import asyncio
import json
from collections.abc import AsyncIterator

import psycopg
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
from tests.smoke.commands import Told, sanban

CLEAN, ODD = 0, 1
HOLD = (
    "INSERT INTO sanban.identities (tenant, source, event_id, digest, case_id, cluster, topic,"
    " topic_id, partition, at_offset, held_at) SELECT tenant, source, 'draft', 'd', 'c-draft',"
    " cluster, topic, topic_id, partition, 0, now() - interval '1 hour' FROM sanban.identities"
)


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


async def test_reconcile_does_not_say_that_all_agrees_while_a_transaction_is_open(
    town: Town,
) -> None:
    await town.start()
    await town.publish(event(town.source, "before"))
    await town.until_decided(1)
    publisher = await publisher_of(town)
    publisher.begin()
    send(publisher, town.topic, event(town.source, "draft"))
    await town.publish(event(town.source, "behind"))
    await town.until(town.lag, lambda lag: lag == 2)
    young = await reconcile(town)
    old = await reconcile(town, "--json", "--patience", "0")
    publisher.end("abort")
    await town.until_decided(2)
    await town.until(town.lag, lambda lag: lag <= 1)  # the marker of the transaction
    ended = await reconcile(town, "--patience", "0")

    assert young.code == CLEAN, young.output + young.complaint
    assert young.output.endswith("what was decided agrees; 2 offsets are not decided yet\n")
    assert old.code == ODD
    assert json.loads(old.output)["waiting"] == 2
    assert named(old.output) == {("open_transaction", f"{town.topic}/0/1")}
    assert ended.code == CLEAN
    assert ended.output.endswith("everything agrees\n")


async def test_reconcile_does_not_say_that_all_agrees_while_intake_stands_still(
    town: Town,
) -> None:
    await town.start()
    await town.publish(event(town.source, "first"))
    await town.until_decided(1)
    await town.until(town.lag, lambda lag: lag == 0)
    await town.intake.stop()
    await town.publish(event(town.source, "second"), event(town.source, "third"))
    young = await reconcile(town)
    old = await reconcile(town, "--json", "--patience", "0")

    assert young.code == CLEAN, young.output + young.complaint
    assert young.output.endswith("what was decided agrees; 2 offsets are not decided yet\n")
    assert old.code == ODD
    assert named(old.output) == {("undecided", f"{town.topic}/0/1")}


async def test_reconcile_tells_an_aborted_record_from_a_forgotten_one(town: Town) -> None:
    """The one was never sent; the other is decided again. What an earlier release held for the
    aborted one is named.
    """
    await town.start()
    publisher = await publisher_of(town)
    publisher.begin()
    send(publisher, town.topic, event(town.source, "draft"))
    publisher.end("abort")
    await town.publish(event(town.source, "first"), event(town.source, "second"))
    await town.until_decided(2)
    await town.until(town.lag, lambda lag: lag == 0)
    dsn = town.servers.postgres.dsn(dbname=town.name)
    with psycopg.connect(dsn, autocommit=True) as damager:
        damager.execute("DELETE FROM sanban.intake_ledger WHERE at_offset = 2")
        damager.execute(HOLD + " LIMIT 1")
    found = await reconcile(town, "--json")
    [held] = [each for each in json.loads(found.output)["listed"] if each["oddity"] == "held"]

    assert found.code == ODD
    assert named(found.output) == {
        ("no_outcome", f"{town.topic}/0/2"),
        ("held", f"{town.topic}/0/0"),
    }
    assert "its transaction was aborted" in held["detail"]


async def reconcile(town: Town, *words: str) -> Told:
    return await sanban("reconcile", *words, **town.environment)


def named(output: str) -> set[tuple[str, str]]:
    return {(each["oddity"], each["where"]) for each in json.loads(output)["listed"]}
