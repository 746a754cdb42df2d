"""A leader that is frozen is replaced within its lease; two never lead."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from domain.case.notices.facts import Notified
from domain.vocabulary import Urgency
from gateways.checkpoint_files import CheckpointFiles
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.notices import FIELD
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.services.checkpoints.keys import make_key
from runtime.services.relay.relay import BATCH
from store.connection import Database
from store.journal.checkpoints import PostgresCheckpoints
from store.journal.rows import PostgresJournal
from tests.chaos.stand import CheckpointProcess
from tests.fakes.waiting import until
from tests.integration.promises.notifiers import (
    NotifyProcess,
    contacts,
    eventually,
    hurried,
    open_office,
)
from tests.integration.promises.relays import living, open_relays
from tests.integration.promises.services import Service
from tests.integration.promises.town import Town
from tests.integration.telling import faults, live
from tests.servers.webhook import webhook

SHORT = {"SANBAN_LEASE_SECONDS": "3"}

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


async def test_a_relay_that_is_frozen_under_load_is_replaced_and_stands_down_when_it_wakes(
    town: Town,
) -> None:
    journal = PostgresJournal(town.database)
    async with open_relays(town, **SHORT) as relays:
        lives = [asyncio.create_task(living(journal, number)) for number in range(4)]
        first = await town.until(relays.leader, lambda found: found is not None)
        assert first is not None
        [second] = [each for each in relays.both if each is not first]
        first.freeze()
        try:
            await eventually(lambda: how(second), lambda body: "leads since" in body)
            first_row = await moved(town)
            await town.until(lambda: moved(town), lambda now: now != first_row)
        finally:
            first.thaw()
        await town.until(lambda: relays.how(first), lambda how: how.startswith("stands by"))
        woken, reasons = await first.ask("/readyz")
        numbers = (await first.ask("/metrics"))[1]
        for task in lives:
            task.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        await relays.until_told()
        still = await relays.how(second)
        codes = [await relay.terminate() for relay in relays.both]
        records = await relays.records()

    assert woken == 200, reasons
    assert str(second.pid) in json.loads(reasons)["notes"]["relay"]
    assert still.startswith("tells")
    assert 'sanban_leases_lost_total{lease="relay"} 1.0' in numbers
    assert "sanban_relay_leads 0.0" in numbers
    assert codes == [0, 0]
    assert await faults(town.database, records) == []
    repeated = len(records) - len({record.value for record in records})
    assert repeated <= BATCH


async def moved(town: Town) -> object:
    return await town.database.fetch("SELECT xid, position FROM sanban.outbox")


async def test_a_notifier_that_is_frozen_while_it_sends_is_replaced_and_its_message_keeps_its_id(
    database: Database, app_dsn: str, temporal_server: EmbeddedTemporal, tmp_path: Path
) -> None:
    """The webhook has the message and has not answered yet when its sender freezes."""
    async with (
        open_office(database, temporal_server.address) as office,
        webhook() as hook,
        AsyncExitStack() as stack,
    ):
        file = contacts(office, tmp_path / "contacts.yaml", lambda _: hook.address())
        environment = {
            "SANBAN_DATABASE_URL": app_dsn,
            "TEMPORAL_ADDRESS": temporal_server.address,
            "SANBAN_CONTACTS": str(file),
            **SHORT,
        }
        both = [NotifyProcess(tmp_path / name, environment) for name in ("one", "another")]
        for each in both:
            stack.push_async_callback(each.stop)
            await each.start()
        first = await leader(*both)
        [second] = [each for each in both if each is not first]
        hook.status = 0
        plan = hurried(office, "E-1", 1, urgency=Urgency.CRITICAL)
        await office.begin(plan)
        await office.tried(1, open_=True)
        await until(lambda: hook.taken)
        first.freeze()
        hook.status = 204  # the other one sends as soon as it leads
        try:
            await eventually(lambda: how(second), lambda body: "leads since" in body)
            heard = await office.heard(plan, Notified)
            hook.over.set()  # what the first one sent is answered at last, with a refusal
        finally:
            first.thaw()
        await eventually(lambda: how(first), lambda body: "stands by" in body)
        await office.settled()
        rows = await office.told(plan)
        codes = [await each.terminate() for each in both]

    [(row, person)] = heard
    assert {each[FIELD] for each in hook.taken} == {f"{plan.case_id}/{row}/{person}"}
    assert len(hook.taken) == 2
    assert rows == {(row, person): [Notified(row=row, person=person, attempts=2, channel="json")]}
    assert codes == [0, 0]


async def test_checkpoints_go_on_while_the_process_that_took_them_is_frozen_and_agree_afterwards(
    town: Town,
) -> None:
    journal, topic = PostgresJournal(town.database), f"{town.name}.checkpoints"
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(topic, 1)])
    make_key(town.directory / "checkpoint.key", "frozen.example/town")
    files = CheckpointFiles(town.directory / "checkpoints")
    environment = {
        **town.environment,
        "SANBAN_CHECKPOINTS_TOPIC": topic,
        "SANBAN_CHECKPOINT_KEY": str(town.directory / "checkpoint.key"),
        "SANBAN_CHECKPOINT_DIR": str(files.directory),
        "SANBAN_CHECKPOINT_SECONDS": "1",
        **SHORT,
    }
    async with AsyncExitStack() as stack:
        both = [
            CheckpointProcess(town.directory / f"checkpoints-{name}", environment)
            for name in ("one", "another")
        ]
        for each in both:
            stack.push_async_callback(each.stop)
            await each.start()
        for number in (1, 2):
            # The second time the one that was frozen proves what the other has signed meanwhile.
            first = await leader(*both)
            [second] = [each for each in both if each is not first]
            first.freeze()
            try:
                await eventually(lambda: how(second), lambda body: "leads since" in body)  # noqa: B023
                await live(journal, f"E-{number}")
                await covered(town.database, files)
            finally:
                first.thaw()
            await eventually(lambda: how(first), lambda body: "stands by" in body)  # noqa: B023
        answers = [await each.ask("/readyz") for each in both]
        codes = [await each.terminate() for each in both]

    assert [status for status, _ in answers] == [200, 200], answers
    assert codes == [0, 0]


async def covered(database: Database, files: CheckpointFiles) -> None:
    """Wait until a checkpoint covers every row, and the latest file is the latest checkpoint."""
    store = PostgresCheckpoints(database)

    async def is_behind() -> bool:
        latest = await store.latest()
        if (await store.lag()).rows or latest is None or await files.latest() != latest.note:
            return True
        return await store.published_size() < latest.size

    await eventually(is_behind, lambda behind: not behind)


async def how(service: Service) -> str:
    return (await service.ask("/readyz"))[1]


async def leader(*services: Service) -> Service:
    """Return the one that leads, as soon as one does."""

    async def found() -> Service | None:
        bodies = {each: await how(each) for each in services}
        return next((each for each, body in bodies.items() if "leads since" in body), None)

    chosen = await eventually(found, lambda each: each is not None)
    assert chosen is not None
    return chosen
