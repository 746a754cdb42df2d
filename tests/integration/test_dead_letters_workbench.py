"""Dead letters in people's hands: sent again as they came, or closed; every time journaled."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256

import psycopg
import pytest
from typing_extensions import override

from gateways.dead_letters import ORIGIN, KafkaDeadLetters
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Delivery, Headers, Producer, ProducerOptions
from gateways.kafka.record_reader import KafkaReader, NoRecord, ReaderOptions
from runtime.jobs.dead_letters import REPLAY_OF, Lost, Sent
from runtime.services.gateway.questions import JournaledRequests
from schemas.intake import Letter, Outcome, RecordDecision, RejectReason, Unavailable
from store.connection import Database
from store.intake.dead_letter_states import LetterState
from store.journal.audit import verify
from store.journal.cases import PostgresJournaledCases
from store.journal.journal_feed import Cursor, JournalFeed
from store.journal.rows import PostgresJournal
from tests.fakes.kafka_topics import delete, delete_all, read
from tests.integration.office import ANY, HEADERS, NOW, TANG, Office, open_office
from tests.integration.stages import stage


@pytest.fixture
async def office(
    database: Database, bootstrap: str, topic: str, producer: Producer
) -> AsyncIterator[Office]:
    async with open_office(database, bootstrap, topic, producer) as opened:
        yield opened


async def journaled(database: Database, tenant: str = "town") -> list[dict[str, object]]:
    rows = await PostgresJournal(database).read(f"operations/{tenant}")
    return [json.loads(row.body) for row in rows]


@pytest.mark.parametrize("value", [b"{}", b"\xff\xfe\x00", b"", None], ids=repr)
async def test_what_is_sent_again_is_the_record_as_it_came(
    office: Office, value: bytes | None
) -> None:
    buried = await office.bury(value)
    [letter] = await office.letters(LetterState.OPEN)
    [sent] = await office.replay(letter)
    [_, again] = await read(office.bootstrap, office.topic, 2)
    [after] = await office.letters()

    assert isinstance(sent, Sent)
    assert sent.to == again.position
    assert again.key == buried.key
    assert again.value == buried.value
    origin = f"{office.topic}/0/{buried.position.offset}".encode()
    assert again.headers == (*HEADERS, (REPLAY_OF, origin))
    assert after.state is LetterState.REPLAYED


async def test_a_corrected_letter_keeps_key_and_headers_and_the_journal_has_the_new_digest(
    office: Office, database: Database
) -> None:
    buried = await office.bury(b'{"broken": ')
    [letter] = await office.letters(LetterState.OPEN)
    value = b'{"broken": false}'

    [sent] = [each async for each in office.bench.correct(letter, value, TANG)]
    [_, again] = await read(office.bootstrap, office.topic, 2)
    [row] = await journaled(database)
    [after] = await office.letters()

    assert isinstance(sent, Sent)
    assert again.value == value
    assert again.key == buried.key
    assert again.headers[:-1] == HEADERS
    assert row["kind"] == "dead_letter_replayed"
    assert row["corrected"] == sha256(value).hexdigest()
    assert after.state is LetterState.REPLAYED


async def test_a_header_that_was_null_is_sent_again_as_empty_and_ours_are_taken_off(
    office: Office,
) -> None:
    await office.bury(headers=[*HEADERS, ("ce_subject", None)])
    await office.replay(*await office.letters())
    [_, again] = await read(office.bootstrap, office.topic, 2)

    origin = (REPLAY_OF, f"{office.topic}/0/0".encode())
    assert again.headers == (*HEADERS, ("ce_subject", b""), origin)


async def test_who_sent_it_again_when_and_why_is_journaled_and_audited(
    office: Office, database: Database
) -> None:
    buried = await office.bury()
    await office.replay(*await office.letters())
    [row] = await journaled(database)
    [action] = await office.bench.letters.history(buried.position)
    report = await verify(database)

    assert row["kind"] == "dead_letter_replayed"
    assert row["person"] == "tang-ke"
    assert row["why"] == "the pack is installed"
    assert row["at"] == "2026-11-23T08:00:00+00:00"
    assert row["about"] == f"{office.topic}/0/0"
    assert action.person == "tang-ke"
    assert action.why == TANG.why
    assert action.at == NOW
    assert action.to_offset == 1
    assert report.operations == 1
    assert report.cases == 0
    assert report.rows == 1
    assert report.breaks == []


async def test_a_letter_that_dies_again_does_not_carry_the_headers_of_its_earlier_life(
    office: Office,
) -> None:
    buried = await office.bury()
    await office.replay(*await office.letters())
    [_, again] = await read(office.bootstrap, office.topic, 2)
    gateway = KafkaDeadLetters(office.producer, lambda: NOW, office.letters_topic)
    letter = await gateway.put(again, RejectReason.UNKNOWN_TENANT, "still")
    decision = RecordDecision(
        again.position,
        Outcome.REJECTED,
        RejectReason.UNKNOWN_TENANT,
        "still",
        record=again,
        letter=letter,
    )
    await office.ledger.settle([decision])
    [second] = await office.letters(LetterState.OPEN)
    [first] = await office.letters(LetterState.REPLAYED)
    await office.replay(second)
    third = (await read(office.bootstrap, office.topic, 3))[-1]

    assert first.action is not None
    assert first.action.came_of is Outcome.REJECTED
    assert third.headers == (*HEADERS, (REPLAY_OF, f"{office.topic}/0/1".encode()))
    assert third.key == buried.key
    assert third.value == buried.value


async def test_a_discarded_letter_is_closed_with_a_reason_and_nothing_is_sent(
    office: Office, database: Database
) -> None:
    await office.bury()
    await office.bury(reason=RejectReason.NOT_JSON)
    [newer, older] = await office.letters()
    await office.bench.discard([newer], replace(TANG, why="the publisher mended it"))
    heaps = await office.bench.letters.summary(ANY)

    assert [older] == await office.letters(LetterState.OPEN)
    [closed] = await office.letters(LetterState.DISCARDED)
    assert closed.action is not None
    assert closed.action.why == "the publisher mended it"
    assert {(heap.reason, heap.state, heap.count) for heap in heaps} == {
        ("not_json", LetterState.DISCARDED, 1),
        ("unknown_tenant", LetterState.OPEN, 1),
    }
    assert ["dead_letter_discarded"] == [row["kind"] for row in await journaled(database)]
    assert (await office.bench.reader.extents(office.topic))[0].end == 2


async def test_a_letter_that_the_broker_deleted_stays_open_and_says_why(
    office: Office, database: Database
) -> None:
    await office.bury()
    await delete_all(office.bootstrap, office.letters_topic)
    [letter] = await office.letters()
    [lost] = await office.replay(letter)

    assert isinstance(lost, Lost)
    assert "the broker has deleted it" in lost.why
    assert [letter] == await office.letters(LetterState.OPEN)
    assert [] == await journaled(database)


async def test_another_record_at_the_same_offset_is_not_taken_for_the_letter(
    office: Office,
) -> None:
    await office.bury(b'{"old": 1}')
    [letter] = await office.letters()
    await delete(office.bootstrap, office.letters_topic)
    await ensure_topics(office.bootstrap, [TopicSpec(office.letters_topic, 1)])
    origin = (ORIGIN, f"{office.topic}/0/0".encode())
    strange = (ORIGIN, f"{office.topic}/0/1".encode())
    for offset, (value, header) in enumerate(
        [(b'{"new": 1}', origin), (b'{"old": 1}', strange), (b'{"old": 1}', origin)]
    ):
        await office.producer.send(office.letters_topic, key=b"k", value=value, headers=[header])
        async with KafkaReader(ReaderOptions(office.bootstrap)) as reader:
            bench = replace(office.bench, reader=reader)
            there = replace(letter.entry.decision, letter=Letter(office.letters_topic, 0, offset))
            asked = replace(letter, entry=replace(letter.entry, decision=there))
            if (value, header) == (b'{"old": 1}', origin):
                assert (await bench.bytes_of(asked)).value == value
                continue
            with pytest.raises(NoRecord, match="another record lies at"):
                await bench.bytes_of(asked)


class Broken(Producer):
    """Sends the first record, then nothing more."""

    sent = 0

    @override
    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> Delivery:
        self.sent += 1
        if self.sent > 1:
            raise Unavailable("kafka", "gone")
        return await super().send(topic, key=key, value=value, headers=headers)


async def test_a_replay_that_broke_off_leaves_open_what_was_not_sent(
    office: Office, database: Database
) -> None:
    for _ in range(3):
        await office.bury()
    letters = (await office.letters())[::-1]
    async with Broken(ProducerOptions(office.bootstrap)) as broken:
        bench = replace(office.bench, producer=broken)
        with pytest.raises(Unavailable):
            _ = [each async for each in bench.replay(letters, TANG)]
    begun = await office.bench.letters.history(letters[1].entry.decision.position)

    assert [LetterState.REPLAYED, LetterState.OPEN, LetterState.OPEN] == [
        each.state for each in (await office.letters())[::-1]
    ]
    assert [False] == [each.is_confirmed for each in begun]
    await office.replay(*await office.letters(LetterState.OPEN))
    assert [] == await office.letters(LetterState.OPEN)
    assert 5 == len(await journaled(database))


async def test_many_people_at_the_same_moment_write_one_chain(
    office: Office, database: Database, journal: PostgresJournal
) -> None:
    await journal.append(stage("a-case", 1, 2))
    for _ in range(8):
        await office.bury()
    letters = await office.letters()
    who = [replace(TANG, person=f"person-{number}") for number in range(8)]
    await asyncio.gather(
        *(
            replace(office.bench, command=str(uuid.uuid4())).discard([letter], each)
            for letter, each in zip(letters, who, strict=True)
        )
    )
    report = await verify(database)
    rows = await journaled(database)

    assert sorted(str(row["person"]) for row in rows) == [each.person for each in who]
    assert [row["seq"] for row in rows] == list(range(1, 9))
    assert report.cases == 1
    assert report.operations == 1
    assert report.breaks == []
    assert ["a-case"] == [case_id async for case_id in journal.stream_cases()]
    assert {"a-case"} == {row.case_id async for row in journal.stream_rows()}
    assert {"a-case"} == {row.case_id for row in await JournalFeed(database).after(Cursor())}
    assert None is await PostgresJournaledCases(database).find("town", "operations/town")
    assert None is await JournaledRequests(database).find("town", "operations/town")


async def test_a_command_given_again_after_a_lost_answer_has_one_effect(
    office: Office, database: Database
) -> None:
    await office.bury()
    letters = await office.letters()
    for _ in range(2):
        await office.bench.discard(letters, TANG)

    assert 1 == len(await journaled(database))


def test_the_application_cannot_write_a_case_as_an_operation(app: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="none of operations"):
        app.execute("SELECT sanban.operation_append('a-case', 1, ARRAY['{}'::bytea])")


def test_the_application_cannot_rewrite_who_did_what(app: psycopg.Connection) -> None:
    for statement in (
        "UPDATE sanban.dead_letter_actions SET person = 'somebody'",
        "DELETE FROM sanban.dead_letter_actions",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)
