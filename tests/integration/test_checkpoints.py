"""Checkpoints of a real journal: nothing skipped, whoever is killed; and nothing signed over."""

import asyncio
import random
import uuid
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from domain.audit.checkpoints import checkpoint_of
from gateways.checkpoint_files import CheckpointFiles
from gateways.kafka.admin import TopicSpec as NewTopic
from gateways.kafka.admin import ensure_topics
from gateways.kafka.producer import Producer
from runtime.services.checkpoints.checkpoint_taker import CheckpointTaker, proven_by
from runtime.services.checkpoints.keys import SigningKeys
from runtime.services.checkpoints.service import KafkaCheckpointTopic
from schemas.audit.signed_notes import opened
from schemas.intake import Unavailable
from store.connection import Database, DatabaseOptions, open_database
from store.journal.rows import PostgresJournal
from tests.fakes.waiting import until
from tests.integration.checkpoints import (
    AT,
    FIRST,
    ORIGIN,
    SECOND,
    DeadlyFiles,
    DeadlyTopic,
    Killed,
    Office,
    checkpointer,
    running,
    twice,
)
from tests.integration.promises import broker
from tests.integration.stages import stage
from tests.limits import EVENT_S

SLOW = """SELECT sanban.case_append(%s, 1, ARRAY[%s]::bytea[], %s)"""
CUT = """SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path / "outside")


async def test_nothing_is_skipped_and_nothing_moves_while_transactions_are_open_for_long(
    office: Office, journal: PostgresJournal, app_dsn: str
) -> None:
    chance = random.Random(11)  # noqa: S311
    taker = office.taker()
    async with AsyncExitStack() as stack:
        still_open: list[psycopg.AsyncConnection] = []
        for number in range(60):
            if number % 5 == 0:
                slow = await psycopg.AsyncConnection.connect(app_dsn)
                await stack.enter_async_context(slow)
                one = stage(f"slow-{chance.random()}", 1)
                await slow.execute(
                    SLOW, (one.case_id, one.bodies[0].encode(), one.row.model_dump_json())
                )
                still_open.append(slow)
            await journal.append(stage(f"c-{chance.random()}", 1, chance.randint(1, 3)))
            if len(still_open) > 3:
                ending = still_open.pop(chance.randrange(len(still_open)))
                await (ending.commit() if chance.random() < 0.7 else ending.rollback())
            if number % 3 == 0:
                await office.round(taker)
        for ending in still_open:
            await ending.commit()
    await office.round(taker)
    [(rows,)] = await office.database.fetch("SELECT count(*) FROM sanban.journal")

    assert await office.faults() == []
    assert len(await office.sizes()) > 4
    assert (await office.sizes())[-1] == rows


async def test_a_checkpoint_is_what_the_format_says_in_all_three_places(
    office: Office, journal: PostgresJournal
) -> None:
    await journal.append(stage("c1", 1, 3))
    await journal.append(stage("operations/youchegang", 1))
    await office.round(office.taker())
    [kept] = await office.store.beyond(0)
    said = checkpoint_of(opened(kept.note, [FIRST.public]).text)

    assert said.origin == ORIGIN
    assert said.size == 4
    assert said.at == AT
    assert office.topic.kept == [kept.note]
    assert (office.directory / "checkpoint-000000000004.note").read_text() == kept.note
    assert (office.directory / "latest.note").read_text() == kept.note
    assert len([*office.directory.iterdir()]) == 2


async def test_there_is_none_of_nothing_and_none_without_new_rows(
    office: Office, journal: PostgresJournal
) -> None:
    taker = office.taker()
    await office.round(taker)
    assert await office.sizes() == []
    await journal.append(stage("c1", 1))
    for _ in range(2):
        await office.round(taker)
        await office.round(office.taker())

    assert await office.sizes() == [1]
    assert await office.faults() == []


async def test_killed_before_the_file_or_before_the_topic_the_next_one_completes_both(
    office: Office, journal: PostgresJournal
) -> None:
    files, topic = DeadlyFiles(office.directory), DeadlyTopic()
    for rows in (1, 2, 3):
        await journal.append(stage("c1", rows))
        taker = office.taker()
        deadly = replace(taker, topic=topic) if rows == 2 else replace(taker, files=files)
        with pytest.raises(Killed):
            await killed(office, deadly)
        assert (await office.sizes())[-1] == rows
        assert await office.faults() != []
        if rows < 3:
            async with running(checkpointer(office.taker())):
                await until(lambda: len({*office.topic.kept}) == rows)  # noqa: B023
            assert await office.faults() == []
    await journal.append(stage("c1", 4))
    await office.round(office.taker())

    assert await office.sizes() == [1, 2, 3, 4]
    assert await office.faults() == []


async def killed(office: Office, taker: CheckpointTaker) -> None:
    async with office.leading() as lease:
        await taker.agree(lease)
        await taker.take(lease)
        await taker.write(lease)
        await taker.publish(lease)


async def test_two_processes_that_are_cut_off_again_and_again_sign_one_tree(
    office: Office, journal: PostgresJournal, app_dsn: str, superuser: psycopg.Connection
) -> None:
    cuts = 0
    async with AsyncExitStack() as stack:
        for name in ("one", "another"):
            options = DatabaseOptions(app_dsn, name=f"sanban {name}")
            own = await stack.enter_async_context(open_database(options))
            beside = Office(own, office.directory, office.topic)
            await stack.enter_async_context(running(checkpointer(beside.taker())))
        for number in range(40):
            await journal.append(stage("c1", number + 1))
            await asyncio.sleep(0.02)
            cuts += len(superuser.execute(CUT).fetchall()) if number % 4 == 0 else 0
        async with asyncio.timeout(EVENT_S):
            while await office.store.published_size() < 40:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.01)

    assert cuts > 1
    assert await office.faults() == []


async def test_of_two_one_takes_them_and_the_other_is_ready_and_says_so(office: Office) -> None:
    first, second = (checkpointer(office.taker()) for _ in range(2))
    assert await first.why_not_ready() == "has not begun yet"
    async with running(first):
        await until(lambda: first.status().startswith("takes checkpoints; leads since"))
        async with running(second):
            await until(lambda: second.status().startswith("stands by"))

            assert await second.why_not_ready() is None
            assert await first.why_not_ready() is None


async def test_one_that_stands_by_is_not_ready_without_a_directory_or_with_another_key(
    office: Office, tmp_path: Path
) -> None:
    """It would have to lead on its own machine, with its own settings."""
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("a file, where the directory should be")
    blind = checkpointer(replace(office.taker(), files=CheckpointFiles(nowhere)))
    stranger = checkpointer(office.taker(SigningKeys(SECOND)))
    first = checkpointer(office.taker())
    async with running(first):
        await until(lambda: first.status().startswith("takes checkpoints; leads since"))
        for one, why in (
            (blind, "could not take over: checkpoint-files is unavailable: Not a directory"),
            (stranger, "could not take over: checkpoints so far are signed by"),
        ):
            async with running(one):
                await until(lambda one=one: one.status().startswith("stands by"))  # type: ignore[misc]
                assert (await one.why_not_ready() or "").startswith(why)


async def test_without_a_broker_they_are_taken_all_the_same_and_published_later_in_order(
    office: Office, journal: PostgresJournal
) -> None:
    office.topic.away = True
    one = checkpointer(office.taker())
    async with running(one):
        for number in (1, 2):
            await journal.append(stage("c1", number))
            async with asyncio.timeout(EVENT_S):
                while number not in await office.sizes():  # noqa: ASYNC110  # it tells nobody
                    await asyncio.sleep(0.01)
        await until(lambda: one.status().startswith("takes checkpoints; leads since"))
        assert "not published: kafka is unavailable" in (await one.why_not_ready() or "")
        office.topic.away = False
        await until(lambda: len(office.topic.kept) == 2)

    assert await office.faults() == []


async def test_without_the_directory_nothing_is_signed_and_it_says_why(
    office: Office, journal: PostgresJournal
) -> None:
    office.directory.write_text("a file, where the directory should be")
    await journal.append(stage("c1", 1))
    one = checkpointer(office.taker())
    async with running(one):
        await until(lambda: one.status() == "waits")
        reason = await one.why_not_ready() or ""
        unsigned = await office.sizes()
        office.directory.unlink()
        await until(lambda: len(office.topic.kept) == 1)

    assert reason.startswith("checkpoint-files is unavailable: Not a directory: ")
    assert unsigned == []
    assert await office.faults() == []


async def test_one_call_goes_on_from_the_last_one_without_reading_it_again(
    office: Office, journal: PostgresJournal
) -> None:
    await twice(office, journal)
    await journal.append(stage("c1", 5))
    taker = office.taker()
    taker.proven = proven_by(await office.store.latest())
    await office.round(taker)

    assert await office.faults() == []
    assert await office.sizes() == [2, 4, 5]


# --- With a real broker.


async def test_the_topic_of_a_real_broker_has_every_note_under_the_origin(
    office: Office, journal: PostgresJournal, bootstrap: str, producer: Producer
) -> None:
    name = f"t-{uuid.uuid4().hex[:8]}"
    await ensure_topics(bootstrap, [NewTopic(name, 1)])
    taker = replace(office.taker(), topic=KafkaCheckpointTopic(producer, name))
    for seq in (1, 2):
        await journal.append(stage("c1", seq))
        await office.round(taker)
    records = await broker.read(bootstrap, name)

    assert [record.value.decode() for record in records] == [
        kept.note for kept in await office.store.beyond(0)
    ]
    assert {record.key for record in records} == {ORIGIN.encode()}


async def test_a_directory_that_cannot_be_read_is_unavailable(office: Office) -> None:
    office.directory.write_text("a file")

    with pytest.raises(Unavailable, match="Not a directory"):
        await office.files.latest()
