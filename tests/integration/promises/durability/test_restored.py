"""What a database lost that was set back to a point in time is named, comes back, is told once."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from domain.case.notices.facts import Notified
from domain.vocabulary import Urgency
from runtime.clock import utc_now
from runtime.embedded.child_server import ServerNotReady, temporary_directory
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.services.checkpoints.keys import make_key
from store.journal.outbox import Outbox
from store.watched import PostgresWatched
from tests.integration.promises.durability.restoring import Row, Stand, open_stand
from tests.integration.promises.events import event
from tests.integration.promises.notifiers import hurried
from tests.integration.promises.people import HANDLED, WORKED_AT
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.archiving_postgres import ArchivingPostgres, ScratchPostgres

ALTER = """
ALTER TABLE sanban.journal DISABLE TRIGGER append_only;
UPDATE sanban.journal SET body = body || ' '::bytea WHERE seq = 1
"""
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


@pytest.fixture
async def stand(
    postgres: ArchivingPostgres, apache_kafka: ApacheKafka, temporal_server: EmbeddedTemporal
) -> AsyncIterator[Stand]:
    async with open_stand(postgres, apache_kafka, temporal_server) as opened:
        yield opened


@dataclass(frozen=True)
class Story:
    """What happened before the point (`before` are the rows until then) and after it.

    `told`: the ids on the topic, `hooked`: the messages to people, when all was stopped.
    """

    point: str
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
    # Critical: the notices of other cases wait from 21:00 to 07:00 of the town.
    pending = hurried(stand.office, "pending", 1, urgency=Urgency.CRITICAL)
    await stand.office.begin(pending)
    await stand.office.tried(1)
    assert (await stand.type("audit", "checkpoint")).code == 0
    await stand.postgres.mark(POINT)
    point, before = utc_now().isoformat(timespec="seconds"), await stand.rows()

    # After the point: an end, a new case, notices, and an act that no relay tells any more.
    late = event(stand.town.source, "late", channel="hotline")
    await stand.published(late)
    await stand.town.until_cases(4)
    await stand.play(ended.case_id, *WORKED_AT)
    stand.hook.status = 204
    rung = hurried(stand.office, "rung", 1, urgency=Urgency.CRITICAL)
    await stand.office.begin(rung)
    for plan in (pending, rung):
        await stand.office.heard(plan, Notified)
    await stand.until_told()
    await stand.relay.stop()
    await stand.town.people.act(kept.case_id, WORKED_AT[1], "the-last-act")
    assert (await stand.type("audit", "checkpoint")).code == 0
    await asyncio.gather(*(each.stop() for each in stand.services))
    after, told = await stand.rows(), await stand.told_ids()
    return Story(point, kept.case_id, late.case_id, before, after, told, list(stand.hook.taken))


async def test_what_a_restored_database_lost_is_named_comes_back_and_is_told_once(
    stand: Stand,
) -> None:
    story = await lived(stand)
    await is_drilled(stand, story)
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


async def is_drilled(stand: Stand, story: Story) -> None:
    """The backup is whole on a scratch server; WAL that lacks, and an altered row, are named."""
    watched, late = PostgresWatched(stand.town.database), utc_now().isoformat(timespec="seconds")
    async with ScratchPostgres(stand.postgres.directory / "s", stand.postgres, POINT) as scratch:
        app = ("backup", "drill", "--database", scratch.dsn("sanban_app", stand.town.name))
        lacking = await stand.type(*app, "--until", late)
        never = await watched.last_drill_s()
        done = await stand.type(*app, "--until", story.point, "--json")
        since = await watched.last_drill_s()
        dsn = scratch.dsn(dbname=stand.town.name)
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as superuser:
            await superuser.execute(ALTER)
        altered = await stand.type(*app, "--without-temporal")
    gone = await stand.type(*app)
    own = stand.postgres.dsn("sanban_app", stand.town.name)
    itself = await stand.type("backup", "drill", "--database", own)

    assert lacking.code == 1
    assert "WAL is missing before the target" in lacking.output
    assert never == math.inf
    assert done.code == 0, done.output
    steps = {each["name"]: each["found"] for each in json.loads(done.output)["steps"]}
    assert list(steps) == ["chains", "checkpoints", "read model", "histories"]
    assert steps["histories"].endswith(f"{len(story.lost)} rows are younger")
    assert since < math.inf
    assert altered.code == 1
    assert "row 1: " in altered.output
    assert gone.code == 2
    assert "the restored server does not answer" in gone.complaint
    assert itself.code == 2
    assert "is that of production itself" in itself.complaint


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
    async with Outbox(stand.town.database).lead():
        beside_a_relay = await stand.type("after-restore", "--apply")
    code, found = await stand.ask("--apply")

    assert beside_a_relay.code == 2
    assert "a `sanban relay` leads" in beside_a_relay.complaint
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
