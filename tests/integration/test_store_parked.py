"""Parked records in PostgreSQL: kept whole, in order, and ready when their time has come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from consumers.outcomes.queues import queue_of
from schemas.intake import (
    Claim,
    Outcome,
    ParkingTerms,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Wait,
)
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.intake.reconciliation import PostgresReconciliation

TOPIC = "sanban.complaints"
QUEUE = queue_of("town", "https://12345.example/热线", "2026-1\n2")
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def ledger(database: Database) -> PostgresLedger:
    return PostgresLedger(database)


def place(offset: int, topic: str = TOPIC) -> Position:
    return Position("main", topic, "id", 0, offset)


def record(offset: int, topic: str = TOPIC) -> Record:
    """Everything that a text of PostgreSQL could not hold."""
    headers = (("ce_id", b"\xff\x00"), ("ce_id", None), ("a\x00b\udc80", b""))
    return Record(place(offset, topic), b"\x00key", None, headers, timestamp_ms=1_790_000_000_000)


def parked(
    offset: int,
    wait: Wait = Wait.COMPLAINT,
    queue: str = QUEUE,
    *,
    until: datetime = LATER,
    topic: str = TOPIC,
) -> RecordDecision:
    kept = record(offset, topic)
    return RecordDecision(
        kept.position, Outcome.PARKED, hold=ParkingTerms(wait, queue, until), record=kept
    )


async def test_a_parked_record_comes_back_as_it_was(ledger: PostgresLedger) -> None:
    await ledger.settle([parked(1, Wait.SILENT, until=LATER - timedelta(days=2))])

    [waiting] = await ledger.ready(TOPIC, 10)

    assert waiting.record == record(1)
    assert waiting.expired
    assert await ledger.ready("another-topic", 10) == []


async def test_one_look_takes_a_bounded_number_of_bytes(
    ledger: PostgresLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 records of a mebibyte each would not fit the memory that intake may have."""
    monkeypatch.setattr("store.intake.parked.MOST_BYTES", 150)
    large = [replace(record(offset), value=bytes(100)) for offset in range(5)]
    ended = LATER - timedelta(days=2)
    await ledger.settle(
        [
            replace(parked(each.position.offset, Wait.SILENT, until=ended), record=each)
            for each in large
        ]
    )
    looks = list[int]()
    while waiting := await ledger.ready(TOPIC, 10):
        looks.append(len(waiting))
        await ledger.settle(
            [RecordDecision(each.record.position, Outcome.SUPPLEMENTED) for each in waiting]
        )
        untold = await ledger.untold(TOPIC, 10)
        looks.append(len(untold))
        await ledger.release([each.position for each, _ in untold])

    assert looks == [2, 2, 2, 2, 1, 1]


async def test_what_waits_is_sealed_and_its_key_goes_when_it_goes(
    ledger: PostgresLedger, superuser: psycopg.Connection
) -> None:
    said = replace(record(1), value=b"from Qian", headers=(("ce_id", b"Qian"), ("x", None)))
    held = replace(parked(1, Wait.SILENT, until=LATER - timedelta(days=2)), record=said)
    await ledger.settle([held, parked(2)])
    kept = superuser.execute("SELECT p::text FROM sanban.parked p").fetchall()
    [one, *_] = await ledger.ready(TOPIC, 10)
    await ledger.settle([replace(held, outcome=Outcome.SUPPLEMENTED, hold=None)])
    await ledger.release([held.position])

    assert b"Qian".hex() not in str(kept)
    assert one.record == said
    assert superuser.execute("SELECT case_id FROM sanban.keys").fetchall() == [
        ("main/sanban.complaints/id/0/2",)
    ]


async def test_a_record_parked_before_records_were_sealed_is_read_as_it_is(
    ledger: PostgresLedger, superuser: psycopg.Connection
) -> None:
    await ledger.settle([parked(1, Wait.SILENT, until=LATER - timedelta(days=2))])
    superuser.execute("UPDATE sanban.parked SET sealed = false, value = 'plain', contents = names")

    [waiting] = await ledger.ready(TOPIC, 10)

    assert waiting.record.value == b"plain"


async def test_a_queue_goes_on_as_a_whole_when_its_complaint_has_come(
    ledger: PostgresLedger,
) -> None:
    other = queue_of("town", "https://12345.example/热线", "2026-3")
    await ledger.settle([parked(1), parked(2, Wait.BEHIND), parked(3, queue=other)])
    assert await ledger.ready(TOPIC, 10) == []

    filed = Claim(place(9), "town", "https://12345.example/热线", "e", "d", "case-1")
    await ledger.reserve([replace(filed, complaint_id="2026-1\n2")])

    assert [each.record.position.offset for each in await ledger.ready(TOPIC, 10)] == [1, 2]
    assert await ledger.waiting([QUEUE, other, "empty"]) == {
        QUEUE: [place(1), place(2)],
        other: [place(3)],
    }
    reference = ("town", "https://12345.example/热线", "2026-1\n2")
    assert await ledger.cases_of([reference, ("town", "x", "y")]) == {reference: "case-1"}


async def test_a_command_goes_on_when_its_case_is_in_the_journal(
    ledger: PostgresLedger, superuser: psycopg.Connection
) -> None:
    await ledger.settle([parked(1, Wait.CASE, queue_of("town", "7kq2m-9xa4t-bnc2w"))])
    assert await ledger.ready(TOPIC, 10) == []

    superuser.execute("INSERT INTO sanban.journal_heads VALUES ('7kq2m-9xa4t-bnc2w', 1, '')")
    superuser.commit()

    assert [each.record.position.offset for each in await ledger.ready(TOPIC, 10)] == [1]


async def test_a_told_outcome_lets_go_of_the_record_and_no_late_parking_brings_it_back(
    ledger: PostgresLedger,
) -> None:
    await ledger.settle([parked(1, Wait.SILENT)])
    done = RecordDecision(place(1), Outcome.SUPPLEMENTED, case_id="case-1")

    await ledger.settle([done])
    await ledger.settle([parked(1, Wait.SILENT)])
    untold = await ledger.untold(TOPIC, 10)
    await ledger.release([place(1), place(2)])

    assert await ledger.waiting([QUEUE]) == {}
    assert await ledger.decided([place(1)]) == {place(1): done}
    assert untold == [(record(1), done)]
    assert await ledger.untold(TOPIC, 10) == []


async def test_what_has_come_to_an_end_waits_no_more_though_it_is_kept_until_that_is_told(
    ledger: PostgresLedger, database: Database
) -> None:
    """Whoever comes after it goes on, and nobody calls it overdue."""
    before = datetime.now(UTC) - timedelta(days=2)
    await ledger.settle([parked(1, Wait.SILENT, until=before), parked(2, Wait.BEHIND)])
    await ledger.settle([RecordDecision(place(1), Outcome.SUPPLEMENTED, case_id="case-1")])

    assert await ledger.waiting([QUEUE]) == {QUEUE: [place(2)]}
    assert [each.record for each in await ledger.ready(TOPIC, 10)] == [record(2)]
    assert await ledger.parked(TOPIC) == {Wait.BEHIND: 1}
    assert await ledger.untold("another-topic", 10) == []
    assert await PostgresReconciliation(database).overdue(timedelta(0)) == []


async def test_what_was_looked_at_in_vain_rests_and_keeps_its_limit(
    ledger: PostgresLedger, superuser: psycopg.Connection
) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    await ledger.settle([parked(1, Wait.CASE, queue_of("t", "c"), until=soon)])
    await ledger.settle([parked(1, Wait.SILENT, queue_of("t", "c"), until=LATER)])

    [(wait, until, rests)] = superuser.execute(
        "SELECT wait, until, next_at > now() FROM sanban.parked"
    )
    assert wait == "case_silent"
    assert until == soon
    assert rests is True
    assert await ledger.ready(TOPIC, 10) == []


async def test_a_newer_version_is_read_again_by_the_next_process(ledger: PostgresLedger) -> None:
    await ledger.settle([parked(1, Wait.VERSION, queue_of(TOPIC, "00"))])
    assert await ledger.ready(TOPIC, 10) == []

    await ledger.reread(TOPIC)

    [waiting] = await ledger.ready(TOPIC, 10)
    assert not waiting.expired


async def test_a_rejected_complaint_is_none(ledger: PostgresLedger) -> None:
    claim = Claim(place(1), "town", "s", "e", "d", "case-1", complaint_id="1")
    await ledger.reserve([claim])
    await ledger.settle([RecordDecision(place(1), Outcome.REJECTED, RejectReason.UNSTARTABLE)])

    assert await ledger.cases_of([("town", "s", "1")]) == {}


async def test_it_counts_what_waits_for_what(ledger: PostgresLedger) -> None:
    await ledger.settle([parked(1), parked(2, Wait.BEHIND), parked(3, Wait.BEHIND)])

    assert await ledger.parked(TOPIC) == {Wait.COMPLAINT: 1, Wait.BEHIND: 2}
