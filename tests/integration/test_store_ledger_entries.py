"""What people ask of the ledger."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.intake import (
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
from store.intake.ledger_entries import LedgerFilter, PostgresLedgerEntries

ACCEPTED, DUPLICATE = Outcome.ACCEPTED, Outcome.DUPLICATE
REJECTED, PARKED = Outcome.REJECTED, Outcome.PARKED
NOT_JSON, NOBODY = RejectReason.NOT_JSON, RejectReason.UNKNOWN_TENANT
IDS = {"complaints": "id-1", "commands": "id-2"}
UNTIL = datetime(2026, 11, 26, 8, tzinfo=UTC)


def place(offset: int, *, topic: str = "complaints", partition: int = 0) -> Position:
    return Position("main", topic, IDS[topic], partition, offset)


def decided(
    offset: int,
    outcome: Outcome,
    reason: RejectReason | None = None,
    *,
    event: str = "e",
    case: str | None = None,
    source: str = "/hotline",
    at: Position | None = None,
) -> RecordDecision:
    return RecordDecision(
        at or place(offset), outcome, reason, "why", "town", source, event, case_id=case
    )


def parked(offset: int) -> RecordDecision:
    position = place(offset)
    hold = ParkingTerms(Wait.COMPLAINT, '["town","/hotline","7"]', UNTIL)
    return RecordDecision(
        position,
        PARKED,
        detail="no complaint",
        tenant="town",
        source="/hotline",
        event_id="p",
        hold=hold,
        record=Record(position, b"k", b"{}"),
    )


@pytest.fixture
async def entries(database: Database) -> PostgresLedgerEntries:
    ledger = PostgresLedger(database)
    for each in (
        decided(0, ACCEPTED, event="a", case="case-a"),
        decided(1, DUPLICATE, event="a", case="case-a"),
        decided(2, REJECTED, NOT_JSON, event="b"),
        decided(3, REJECTED, NOBODY, event="c", source="/camera"),
        decided(0, REJECTED, NOT_JSON, at=place(0, topic="commands", partition=2)),
        parked(4),
    ):
        await ledger.settle([each])
    return PostgresLedgerEntries(database)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LedgerFilter(), [4, 0, 3, 2, 1, 0]),
        (LedgerFilter(outcomes=[REJECTED]), [0, 3, 2]),
        (LedgerFilter(outcomes=[REJECTED, PARKED], topic="complaints"), [4, 3, 2]),
        (LedgerFilter(reason=NOT_JSON), [0, 2]),
        (LedgerFilter(reason=Wait.COMPLAINT.value), [4]),
        (LedgerFilter(source="/camera"), [3]),
        (LedgerFilter(event_id="a"), [1, 0]),
        (LedgerFilter(case_id="case-a"), [1, 0]),
        (LedgerFilter(tenant="elsewhere"), []),
        (LedgerFilter(topic="commands"), [0]),
        (LedgerFilter(topic="nowhere"), []),
        (LedgerFilter(topic="complaints", partition=0, offset=3), [3]),
        (LedgerFilter(topic="complaints", partition=1), []),
    ],
)
async def test_entries_are_chosen_newest_first(
    entries: PostgresLedgerEntries, wanted: LedgerFilter, found: list[int]
) -> None:
    page = await entries.page(wanted)
    counts = await entries.counts(wanted)

    assert found == [each.decision.position.offset for each in page]
    assert sum(counts.values()) == len(found)


async def test_a_page_goes_on_where_the_last_one_ended(entries: PostgresLedgerEntries) -> None:
    first = await entries.page(LedgerFilter(topic="complaints"), limit=2)
    rest = await entries.page(LedgerFilter(topic="complaints"), before=first[-1].number)

    assert [4, 3] == [each.decision.position.offset for each in first]
    assert [2, 1, 0] == [each.decision.position.offset for each in rest]


async def test_entries_are_chosen_by_time(
    entries: PostgresLedgerEntries, superuser: psycopg.Connection
) -> None:
    superuser.execute(
        "UPDATE sanban.intake_ledger SET settled_at = %s WHERE at_offset = 3", [UNTIL]
    )
    moment = timedelta(minutes=1)

    async def among(since: datetime, until: datetime) -> list[int]:
        page = await entries.page(LedgerFilter(since=since, until=until))
        return [each.decision.position.offset for each in page]

    assert [3] == await among(UNTIL, UNTIL + moment)
    assert [] == await among(UNTIL - moment, UNTIL)


async def test_a_parked_record_says_what_it_waits_for_and_until_when(
    entries: PostgresLedgerEntries,
) -> None:
    [entry] = await entries.page(LedgerFilter(outcomes=[PARKED]))

    assert "before_complaint" == entry.waits
    assert UNTIL == entry.until
    assert entry.decision.reason is None
    assert entry.parked_at is not None


async def test_every_topic_that_records_came_from_is_known(entries: PostgresLedgerEntries) -> None:
    assert [
        ("main", "commands", IDS["commands"]),
        ("main", "complaints", IDS["complaints"]),
    ] == await entries.topics()


async def test_questions_of_people_are_answered_from_indexes(
    entries: PostgresLedgerEntries, superuser: psycopg.Connection
) -> None:
    """With 20,000 entries no question but that for counts reads the whole ledger."""
    superuser.execute("""
        INSERT INTO sanban.intake_ledger (cluster, topic, topic_id, partition, at_offset, outcome,
            reason, detail, source, event_id, case_id)
        SELECT 'main', 'complaints', 'id-1', 1, n,
            (ARRAY['accepted', 'duplicate', 'supplemented', 'rated', 'withdrawn'])[n % 5 + 1],
            'r' || n % 100, '', 's' || n % 100, 'e' || n, 'c' || n
        FROM generate_series(1, 20000) n
    """)
    superuser.execute("ANALYZE sanban.intake_ledger")
    for wanted in (
        LedgerFilter(),
        LedgerFilter(outcomes=[REJECTED]),
        LedgerFilter(reason=NOT_JSON),
        LedgerFilter(source="/camera"),
        LedgerFilter(source="/hotline", event_id="a"),
        LedgerFilter(case_id="case-a"),
        LedgerFilter(topic="complaints", partition=0, offset=3),
        LedgerFilter(since=UNTIL),
    ):
        plan = await plan_of(entries, wanted, superuser)
        assert "Seq Scan on intake_ledger" not in plan, (wanted, plan)


async def plan_of(
    entries: PostgresLedgerEntries, wanted: LedgerFilter, superuser: psycopg.Connection
) -> str:
    query, params = await entries.question(wanted, limit=40)
    rows = superuser.execute(b"EXPLAIN " + query.as_bytes(superuser), params).fetchall()
    return "\n".join(line for (line,) in rows)


async def test_the_outcomes_of_an_event_come_with_their_reasons(
    entries: PostgresLedgerEntries,
) -> None:
    found = await entries.of_events([("/hotline", "a"), ("/camera", "c"), ("/camera", "a")])

    assert sorted((each.offset, each.outcome, each.reason, each.detail) for each in found) == [
        (0, "accepted", None, "why"),
        (1, "duplicate", None, "why"),
        (3, "rejected", "unknown_tenant", "why"),
    ]


async def test_a_town_counts_its_own_records_and_those_of_no_served_town(
    database: Database,
) -> None:
    ledger, entries = PostgresLedger(database), PostgresLedgerEntries(database)
    stranger = RecordDecision(place(3), REJECTED, NOBODY, "why", None, None, None)
    await ledger.settle([decided(1, DUPLICATE), decided(2, REJECTED, NOT_JSON), stranger])

    town = await entries.by_source(LedgerFilter(not_of=["city"]))
    city = await entries.by_source(LedgerFilter(not_of=["town"]))

    assert town == {"": {REJECTED: 1}, "/hotline": {DUPLICATE: 1, REJECTED: 1}}
    assert city == {"": {REJECTED: 1}}
