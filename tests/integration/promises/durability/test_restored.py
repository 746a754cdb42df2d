"""What a database lost that was set back to a point in time is named, comes back, is told once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from domain.case.notices.facts import Notified
from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.child_server import ServerNotReady, temporary_directory
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.services.checkpoints.keys import make_key
from tests.integration.promises import broker
from tests.integration.promises.events import Event, event
from tests.integration.promises.notifiers import NotifyProcess, Office, contacts, hurried
from tests.integration.promises.people import HANDLED, WORKED_AT
from tests.integration.promises.relays import LEFT, RelayProcess
from tests.integration.promises.services import Service
from tests.integration.promises.town import Servers, Town, open_town
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.archiving_postgres import ArchivingPostgres
from tests.servers.webhook import Webhook, webhook
from tests.smoke.commands import Told, sanban

Row = tuple[str, int, bytes, bytes]
ROWS = "SELECT case_id, seq, body, hash FROM sanban.journal ORDER BY case_id, seq"
POINT = "the-point"

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


@pytest.fixture
async def postgres() -> AsyncIterator[ArchivingPostgres]:
    with temporary_directory() as directory:
        server = ArchivingPostgres(directory / "postgres")
        try:
            await server.start()
            yield server
        finally:
            await server.stop()


@dataclass
class Stand:
    """A town with relay, notifier and signed checkpoints, on a database that can be set back."""

    town: Town
    postgres: ArchivingPostgres
    environment: dict[str, str]
    relay: RelayProcess
    notifier: NotifyProcess
    hook: Webhook

    @property
    def services(self) -> tuple[Service, ...]:
        return (self.town.intake, self.town.worker, self.relay, self.notifier)

    @property
    def office(self) -> Office:
        return Office(self.town.name, self.town.database, self.town.people)

    @property
    def events_topic(self) -> str:
        return self.environment["SANBAN_CASE_EVENTS_TOPIC"]

    async def type(self, *words: str, **settings: str) -> Told:
        return await sanban(*words, **self.environment, **settings)

    async def ask(self, *words: str) -> tuple[int | None, dict[str, Any]]:
        told = await self.type("after-restore", "--json", *words)
        assert told.output, told
        return told.code, json.loads(told.output)

    async def rows(self) -> list[Row]:
        return [tuple(row) for row in await self.town.database.fetch(ROWS)]

    async def published(self, *events: Event) -> None:
        before = sum((await self.town.outcomes()).values())
        await self.town.publish(*events)
        await self.town.until_decided(before + len(events))
        await self.town.until(self.town.lag, lambda lag: lag == 0)

    async def play(self, case_id: str, *steps: Any) -> None:
        for number, step in enumerate(steps):
            await self.town.people.act(case_id, step, f"{case_id}:{number}:{step[1]}")

    async def until_told(self) -> None:
        """Return when the topic has every event, and every person has what is due."""

        async def left() -> int:
            [(rows,)] = await self.town.database.fetch(LEFT)
            return int(rows)

        await self.town.until(left, lambda number: number == 0)
        await self.office.settled()

    async def told_ids(self) -> list[str]:
        records = await broker.read(self.town.servers.kafka.bootstrap, self.events_topic)
        return sorted(json.loads(record.value)["id"] for record in records)


@pytest.fixture
async def stand(
    postgres: ArchivingPostgres, apache_kafka: ApacheKafka, temporal_server: EmbeddedTemporal
) -> AsyncIterator[Stand]:
    servers = Servers(postgres, apache_kafka, temporal_server)
    async with open_town(servers, partitions=1) as town, webhook() as hook, AsyncExitStack() as s:
        topics = [f"{town.name}.case-events", f"{town.name}.checkpoints"]
        await ensure_topics(apache_kafka.bootstrap, [TopicSpec(each, 1) for each in topics])
        make_key(town.directory / "checkpoint.key", "restored.example/town")
        office = Office(town.name, town.database, town.people)
        file = contacts(office, town.directory / "contacts.yaml", lambda _: hook.address())
        environment = {
            **town.environment,
            "SANBAN_CASE_EVENTS_TOPIC": topics[0],
            "SANBAN_CHECKPOINTS_TOPIC": topics[1],
            "SANBAN_CHECKPOINT_KEY": str(town.directory / "checkpoint.key"),
            "SANBAN_CHECKPOINT_DIR": str(town.directory / "checkpoints"),
            "SANBAN_CONTACTS": str(file),
        }
        relay = RelayProcess(town.directory / "relay", environment)
        notifier = NotifyProcess(town.directory / "notifier", environment)
        for each in (relay, notifier):
            s.push_async_callback(each.stop)
        await town.start()
        await asyncio.gather(relay.start(), notifier.start())
        yield Stand(town, postgres, environment, relay, notifier, hook)


@dataclass(frozen=True)
class Story:
    """What happened before the point (`before` are the rows until then) and after it.

    `told`: the ids on the topic, `hooked`: the messages to people, when all was stopped.
    """

    kept: str
    late: str
    before: list[Row]
    after: list[Row]
    told: list[str]
    hooked: list[dict[str, Any]]

    @property
    def lost(self) -> set[tuple[str, int]]:
        return {(case_id, seq) for case_id, seq, _, _ in set(self.after) - set(self.before)}

    @property
    def begun(self) -> set[str]:
        """Return the cases that were opened after the point."""
        return {case_id for case_id, seq in self.lost if seq == 1}


async def lived(stand: Stand) -> Story:
    """Let cases live over the point; return with everything stopped."""
    await stand.postgres.back_up()
    kept = event(stand.town.source, "kept", channel="hotline")
    ended = event(stand.town.source, "ended", channel="hotline")
    await stand.published(kept, ended)
    await stand.town.until_cases(2)
    await stand.play(kept.case_id, WORKED_AT[0])
    stand.hook.status = 500
    pending = hurried(stand.office, "pending", 1)
    await stand.office.begin(pending)
    await stand.office.tried(1)
    assert (await stand.type("audit", "checkpoint")).code == 0
    await stand.postgres.mark(POINT)
    before = await stand.rows()

    # After the point: an end, a new case, notices, and an act that no relay tells any more.
    late = event(stand.town.source, "late", channel="hotline")
    await stand.published(late)
    await stand.town.until_cases(4)
    await stand.play(ended.case_id, *WORKED_AT)
    stand.hook.status = 204
    rung = hurried(stand.office, "rung", 1)
    await stand.office.begin(rung)
    for plan in (pending, rung):
        await stand.office.heard(plan, Notified)
    await stand.until_told()
    await stand.relay.stop()
    await stand.town.people.act(kept.case_id, WORKED_AT[1], "the-last-act")
    assert (await stand.type("audit", "checkpoint")).code == 0
    await asyncio.gather(*(each.stop() for each in stand.services))
    after, told = await stand.rows(), await stand.told_ids()
    return Story(kept.case_id, late.case_id, before, after, told, list(stand.hook.taken))


async def test_what_a_restored_database_lost_is_named_comes_back_and_is_told_once(
    stand: Stand,
) -> None:
    story = await lived(stand)
    await stand.postgres.set_back(POINT)
    assert await stand.rows() == story.before

    refused = await stand.type("audit", "checkpoint")
    await names_what_is_lost(stand, story)

    assert refused.code == 2
    assert "the database was set back" in refused.complaint
    assert await stand.rows() == story.before

    await comes_back(stand, story)

    await asyncio.gather(*(each.start() for each in stand.services))
    await stand.play(story.late, *HANDLED[:1])
    await stand.until_told()
    ids = await stand.told_ids()

    assert sorted(set(ids)) == ids
    assert set(story.told) < set(ids)
    assert f"{story.kept}/{last_seq(story.after, story.kept)}" in ids
    assert stand.hook.taken == story.hooked
    assert (await stand.type("reconcile", "--grace", "0")).code == 0


async def names_what_is_lost(stand: Stand, story: Story) -> None:
    """It names exactly the rows, and where each was told."""
    code, found = await stand.ask()
    rows = {(each["case"], each["seq"]): each["told"] for each in found["rows"]}

    assert code == 1
    assert set(rows) == story.lost
    assert rows[story.kept, last_seq(story.after, story.kept)] is None
    told = {f"{case_id}/{seq}" for (case_id, seq), where in rows.items() if where}
    assert told == {f"{case_id}/{seq}" for case_id, seq in story.lost} & set(story.told)
    assert found["broken"] == {}
    assert found["gaps"] == {}
    assert found["told_of_unknown_rows"] == {}
    assert found["rows_without_name"] == 0
    assert set(found["without_key"]) == story.begun
    assert found["records"]["odd"] == {"no_outcome": 1}
    assert len(found["checkpoints"]) == 2  # the file, and the topic
    assert sorted(found["notices_told"]) == sorted(told_notices(story))


async def comes_back(stand: Stand, story: Story) -> None:
    """The rows are those of before, to the last hash; what is left to do is in the runbook."""
    code, found = await stand.ask("--apply")

    assert code == 1  # records and checkpoints are still to be settled
    assert found["returned"]["rows"] == len(story.lost)
    assert found["returned"]["left_out"] == []
    assert found["returned"]["events_told_again"] == []
    assert await stand.rows() == story.after
    assert (await stand.type("reconcile", "--repair")).code == 0
    await settle_checkpoints(stand)
    settled, found = await stand.ask()
    assert settled == 0, found
    assert (await stand.type("audit", "verify")).code == 0
    rebuilt = await stand.type("rebuild", "readmodel", "--dry-run")
    cases = len({case for case, *_ in story.after if not case.startswith("operations/")})
    assert rebuilt.output == f"{cases} correct\nnothing was changed: --dry-run\n"


def told_notices(story: Story) -> list[str]:
    """Return the ids of the notices of which the lost rows say that they were told."""
    found = []
    for case_id, _seq, body, _hash in set(story.after) - set(story.before):
        fact = json.loads(body)["fact"]
        if fact["kind"] == "notified":
            found.append(f"{case_id}/{fact['row']}/{fact['person']}")
    return found


async def settle_checkpoints(stand: Stand) -> None:
    """Sign under a new name into a new directory, as docs/RUNBOOK.md says."""
    directory = stand.town.directory
    make_key(directory / "new.key", "restored.example/town-2")
    stand.environment |= {
        "SANBAN_CHECKPOINT_KEY": str(directory / "new.key"),
        "SANBAN_CHECKPOINT_OLD_KEY": str(directory / "checkpoint.key"),
        "SANBAN_CHECKPOINT_DIR": str(directory / "checkpoints-2"),
    }
    rotated = await stand.type("audit", "checkpoint", "rotate", "--new-name")
    assert rotated.code == 0, rotated
    del stand.environment["SANBAN_CHECKPOINT_OLD_KEY"]
    taken = await stand.type("audit", "checkpoint")
    assert taken.code == 0, taken


def last_seq(rows: list[Row], case_id: str) -> int:
    return max(seq for case, seq, _, _ in rows if case == case_id)


async def test_a_point_after_the_last_wal_is_refused_by_name(postgres: ArchivingPostgres) -> None:
    await postgres.back_up()
    await postgres.mark("there")

    with pytest.raises(ServerNotReady, match="recovery ended before configured recovery target"):
        await postgres.set_back("never")
