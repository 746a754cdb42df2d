"""A reconciliation names each kind of damage, mends what can be mended, and finds nothing after."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import psycopg
import pytest
from kafka import KafkaProducer
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.service import RPCError

from domain.complaints import workflow_id_of
from tests.fakes.kafka_topics import delete_all
from tests.integration.promises.events import TENANT, Event, event, settled
from tests.integration.promises.people import WITHDRAWN
from tests.integration.promises.town import Servers, Town, open_town
from tests.smoke.commands import Told, sanban

CLEAN, ODD, CANNOT_SAY = 0, 1, 2


@pytest.fixture
async def town(servers: Servers) -> AsyncIterator[Town]:
    """Its topics have one partition."""
    async with open_town(servers, partitions=1) as opened:
        yield opened


@pytest.fixture
def damager(town: Town) -> Iterator[psycopg.Connection]:
    """Somebody with the rights of a superuser."""
    dsn = town.servers.postgres.dsn(dbname=town.name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def in_a_transaction(town: Town, events: Sequence[Event]) -> None:
    producer = KafkaProducer(
        bootstrap_servers=town.servers.kafka.bootstrap, transactional_id=town.name
    )
    try:
        producer.init_transactions()
        producer.begin_transaction()
        for each in events:
            producer.send(
                town.topic, key=each.key, value=each.value, headers=list(each.headers), partition=0
            )
        producer.commit_transaction()
    finally:
        producer.close()


async def reconcile(town: Town, *words: str, **settings: str) -> Told:
    return await sanban("reconcile", *words, **{**town.environment, **settings})


async def report(town: Town, *words: str) -> tuple[int | None, list[tuple[str, str, bool]]]:
    """The exit code; and of each odd one its kind, where it is, and whether it was repaired."""
    told = await reconcile(town, "--json", *words)
    listed = json.loads(told.output)["listed"]
    return told.code, sorted(
        (each["oddity"], each["where"], each["repaired"] is not None) for each in listed
    )


async def terminate(town: Town, case_id: str) -> None:
    client = town.people.cases.client
    await client.get_workflow_handle(workflow_id_of(TENANT, case_id)).terminate("by the test")


async def delete(town: Town, case_id: str) -> None:
    client, workflow_id = town.people.cases.client, workflow_id_of(TENANT, case_id)
    wanted = WorkflowExecution(workflow_id=workflow_id)
    await client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=wanted)
    )

    async def is_gone() -> bool:
        try:
            await client.get_workflow_handle(workflow_id).describe()
        except RPCError:
            return True
        return False

    await town.until(is_gone, bool)


async def published(town: Town, *events: Event) -> list[str]:
    """The positions of these events, once all of them are decided and committed."""
    before = sum((await town.outcomes()).values())
    deliveries = await town.publish(*events)
    await town.until_decided(before + len(events))
    await town.until(town.lag, lambda lag: lag == 0)
    return [f"{town.topic}/{each.partition}/{each.offset}" for each in deliveries]


async def test_an_untouched_town_agrees_whatever_became_of_its_records(town: Town) -> None:
    await town.start()
    first = event(town.source, "first", channel="hotline")
    await published(
        town,
        first,
        first,
        first.but(value=b"not json"),
        settled(town.source, "second"),
        event(town.source, "third", tenant="nowhere"),
    )
    await town.until_cases(2)
    await town.people.act(first.case_id, WITHDRAWN[0], "its-end")
    # Until the last offset is committed, reconcile counts what waits.
    told = await town.until(
        lambda: reconcile(town, "--grace", "0", "--patience", "0"),
        lambda each: each.output.endswith("everything agrees\n"),
    )
    stranger = await reconcile(town, SANBAN_KAFKA_GROUP="another")

    assert "1  partitions with records and no committed offset" in stranger.output
    assert "with an outcome" not in stranger.output
    assert told.code == CLEAN
    assert told.complaint == ""
    assert told.output.endswith("everything agrees\n")
    assert "5  records with an outcome" in told.output


async def test_offsets_without_a_record_are_no_fault(
    town: Town, damager: psycopg.Connection
) -> None:
    """Markers of transactions; and what retention has deleted nobody can look at any more."""
    await town.start()
    events = [event(town.source, f"E-{number}") for number in range(3)]
    await asyncio.to_thread(in_a_transaction, town, events[:2])
    await town.publish(events[2])
    await town.until_decided(3)
    await town.until_cases(3)
    await town.until(town.lag, lambda lag: lag == 0)
    damager.execute("DELETE FROM sanban.intake_ledger WHERE at_offset = 0")
    lost = await report(town)
    await delete_all(town.servers.kafka.bootstrap, town.topic)
    told = await reconcile(town)

    assert lost == (ODD, [("no_outcome", f"{town.topic}/0/0", False)])
    assert told.code == CLEAN
    assert "2  records with an outcome" in told.output
    assert "2  offsets deleted by the broker, with no outcome" in told.output


async def test_records_whose_outcome_is_gone_are_decided_again_from_the_broker(
    town: Town, damager: psycopg.Connection
) -> None:
    """Whatever they had become: an accepted one, its duplicate, a dead letter."""
    await town.start()
    first = event(town.source, "first")
    where = await published(town, first, first, event("/x", "other"), first.but(value=b"not json"))
    before = await town.outcomes()
    await town.until_cases(2)
    damager.execute("DELETE FROM sanban.intake_ledger WHERE source IS DISTINCT FROM '/x'")
    lost = sorted((where[0], where[1], where[3]))

    assert await report(town) == (ODD, [("no_outcome", each, False) for each in lost])
    assert await report(town, "--repair") == (CLEAN, [("no_outcome", each, True) for each in lost])
    assert await report(town, "--repair") == (CLEAN, [])
    assert await town.outcomes() == before
    assert await town.workflows() == 2


@pytest.mark.parametrize("lose", [terminate, delete], ids=["terminated", "unknown"])
async def test_a_case_that_is_gone_before_it_was_journaled_is_started_again(
    town: Town, lose: Callable[[Town, str], Awaitable[None]]
) -> None:
    """No worker ran yet, and somebody ended the workflow; or Temporal lost it altogether."""
    await town.intake.start()
    first, second = event(town.source, "first"), event(town.source, "second")
    await published(town, first, second)
    await lose(town, first.case_id)
    found = await report(town)
    waiting = await report(town, "--grace", "0")
    repaired = await report(town, "--repair")
    await town.worker.start()
    await town.until_cases(2)

    assert found == (ODD, [("no_case", first.case_id, False)])
    assert waiting == (
        ODD,
        [("no_case", first.case_id, False), ("no_journal", second.case_id, False)],
    )
    assert repaired == (CLEAN, [("no_case", first.case_id, True)])
    assert await report(town, "--repair", "--grace", "0") == (CLEAN, [])
    assert await town.cases() == {first.case_id, second.case_id}


async def test_a_case_whose_record_is_gone_is_named_with_what_is_left_to_do(
    town: Town, damager: psycopg.Connection
) -> None:
    await town.intake.start()
    first, other = event(town.source, "first"), event(town.source, "other")
    await published(town, first)
    await terminate(town, first.case_id)
    odd = (ODD, [("no_case", first.case_id, False)])
    damager.execute("UPDATE sanban.intake_ledger SET digest = 'of other bytes'")
    other_bytes = await report(town, "--repair")
    damager.execute("UPDATE sanban.intake_ledger SET digest = ''")
    damager.execute("UPDATE sanban.identities SET at_offset = at_offset + 1")
    nothing_there = await report(town, "--repair")
    damager.execute("UPDATE sanban.identities SET at_offset = at_offset - 1")
    damager.execute("UPDATE sanban.identities SET case_id = %s", [other.case_id])
    damager.execute("UPDATE sanban.intake_ledger SET case_id = %s", [other.case_id])
    another_event = await report(town, "--repair")

    assert other_bytes == nothing_there == odd
    assert another_event == (ODD, [("no_case", other.case_id, False)])
    assert await town.workflows() == 1


async def test_an_open_case_without_a_workflow_is_named_and_left_alone(town: Town) -> None:
    await town.start()
    first = event(town.source, "first")
    await published(town, first)
    await town.until_cases(1)
    await terminate(town, first.case_id)

    odd = [("no_workflow", first.case_id, False)]
    assert await report(town) == (ODD, odd)
    assert await report(town, "--repair") == (ODD, odd)
    assert await town.workflows() == 1


async def test_what_is_parked_and_was_not_kept_is_decided_again(
    town: Town, damager: psycopg.Connection
) -> None:
    await town.start()
    first = event(town.source, "first")
    [where] = await published(town, first)
    damager.execute("UPDATE sanban.intake_ledger SET outcome = 'parked', reason = 'case_silent'")

    assert await report(town) == (ODD, [("not_kept", where, False)])
    assert await report(town, "--repair") == (CLEAN, [("not_kept", where, True)])
    assert await report(town) == (CLEAN, [])
    assert await town.outcomes() == {"accepted": 1}


async def test_an_identity_held_by_a_record_that_is_gone_is_named(
    town: Town, damager: psycopg.Connection
) -> None:
    await town.intake.start()
    first = event(town.source, "first")
    await published(town, first)
    await town.intake.stop()
    damager.execute(
        "INSERT INTO sanban.identities (tenant, source, event_id, digest, case_id, cluster, topic,"
        " topic_id, partition, at_offset) VALUES ('youchegang', '/x', 'e', 'd', 'c-1', 'another',"
        " %s, 'another', 0, 7)",
        [town.topic],
    )

    assert await report(town, "--patience", "0") == (ODD, [("held", f"{town.topic}/0/7", False)])
    assert await report(town, "--repair") == (CLEAN, [])  # for a quarter of an hour it may be


async def test_when_a_part_is_away_it_cannot_say(town: Town) -> None:
    nobody = "127.0.0.1:1"
    for settings in (
        {"SANBAN_KAFKA_BOOTSTRAP": nobody},
        {"SANBAN_COMPLAINTS_TOPIC": "nowhere"},
        {"TEMPORAL_ADDRESS": nobody},
        {"SANBAN_DATABASE_URL": f"postgresql://sanban_app@{nobody}/sanban"},
    ):
        told = await reconcile(town, **settings)

        assert told.code == CANNOT_SAY, settings
        assert len(told.complaint.splitlines()) == 1, told.complaint
