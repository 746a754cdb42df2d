import asyncio
from dataclasses import replace
from itertools import count, product
from random import Random

import psycopg
import pytest
from psycopg import sql

from consumers.decoding.envelopes import LONGEST, MOST_BYTES
from consumers.outcomes.queues import queue_by_key, queue_of
from schemas.intake import (
    TAKEN,
    Claim,
    Outcome,
    ParkingTerms,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Reporter,
    Standing,
    Wait,
)
from schemas.left_out import LONGEST_KEY
from store.connection import Database, DatabaseOptions, open_database
from store.errors import StoreUnavailable
from store.intake.ledger import PostgresLedger
from store.intake.ledger_entries import PostgresLedgerEntries
from store.privacy.reporters import PostgresReporters
from tests.fakes.records import NOW

WANG = Reporter("王女士", "13800000000", confidential=True)
LI = Reporter("李先生", "", confidential=False)


@pytest.fixture
def ledger(database: Database) -> PostgresLedger:
    return PostgresLedger(database)


@pytest.fixture
def reporters(database: Database) -> PostgresReporters:
    return PostgresReporters(database)


def longest(name: str) -> str:
    """Return the longest attribute in bytes that an event may have, such that nothing shortens."""
    characters = (chr(0x20000 + number * 7919 % 40_000) for number in count())
    size = min(LONGEST[name], MOST_BYTES // 4)
    return "".join(next(characters) for _ in range(size))


def read(ledger: PostgresLedger) -> PostgresLedgerEntries:
    return PostgresLedgerEntries(ledger.database)


def position(offset: int, partition: int = 0) -> Position:
    return Position("main", "sanban.complaints", "id", partition, offset)


def claim(
    offset: int, event: str = "e1", digest: str = "d", reporter: Reporter | None = None
) -> Claim:
    return Claim(position(offset), "town", "hotline", event, digest, f"case-{event}", reporter)


def decision(offset: int, outcome: Outcome, event: str = "e1") -> RecordDecision:
    no = outcome in (Outcome.REJECTED, Outcome.CONFLICT)
    reason = RejectReason.UNSTARTABLE if no else None
    case_id = None if reason else f"case-{event}"
    return RecordDecision(
        position(offset), outcome, reason, "why", "town", "hotline", event, case_id
    )


async def test_the_longest_names_fit_every_index(ledger: PostgresLedger) -> None:
    """PostgreSQL refuses an entry of more than 2704 bytes: the partition would never go on."""
    source, event_id, number = longest("source"), longest("id"), longest("id")
    tenant = "t" * 40
    claimed = replace(
        claim(1), tenant=tenant, source=source, event_id=event_id, complaint_id=number
    )
    key = Random(1).randbytes(LONGEST_KEY)  # noqa: S311
    queues = [
        queue_of(tenant, source, number),
        queue_by_key("sanban.complaints", key),
    ]
    parked = [
        RecordDecision(
            position(offset),
            Outcome.PARKED,
            tenant=tenant,
            source=source,
            event_id=event_id,
            hold=ParkingTerms(Wait.VERSION, queue, NOW),
            record=Record(position(offset), key, b""),
        )
        for offset, queue in enumerate(queues, start=2)
    ]

    assert [Standing.MINE] == await ledger.reserve([claimed])
    await ledger.settle([*parked, replace(decision(1, Outcome.ACCEPTED), event_id=event_id)])
    assert await ledger.waiting(queues) == {
        queue: [each.position] for queue, each in zip(queues, parked, strict=True)
    }


async def test_an_entry_comes_back_as_it_was_settled(ledger: PostgresLedger) -> None:
    unread = RecordDecision(position(7), Outcome.REJECTED, RejectReason.NOT_JSON, "第 3 行")
    await ledger.settle([unread, decision(8, Outcome.ACCEPTED)])

    kept = await read(ledger).at(position(7))
    assert kept is not None
    assert unread == kept.decision
    assert None is await read(ledger).at(position(9))
    assert None is await read(ledger).at(position(7, partition=1))


async def test_the_first_outcome_stays_except_where_it_was_not_the_last_word(
    ledger: PostgresLedger,
) -> None:
    pairs = product(Outcome, Outcome, (True, False))
    for offset, (first, second, in_one_chunk) in enumerate(pairs):
        both = [decision(offset, first), decision(offset, second)]
        for chunk in [both] if in_one_chunk else [[one] for one in both]:
            await ledger.settle(chunk)

        kept = await read(ledger).at(position(offset))
        assert kept is not None
        replaced = first is Outcome.PARKED or (first is Outcome.REJECTED and second in TAKEN)
        assert both[replaced] == kept.decision, (first, second, in_one_chunk)


async def test_a_case_that_exists_keeps_its_identity(ledger: PostgresLedger) -> None:
    """Two consumers had the record: one started the case, the slow one could not and says so."""
    await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, Outcome.ACCEPTED)])
    await ledger.settle([decision(1, Outcome.REJECTED)])

    assert [Standing.CONFLICT] == await ledger.reserve([claim(2, digest="other")])


async def test_accepted_after_all_takes_the_freed_identity_back(ledger: PostgresLedger) -> None:
    await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, Outcome.REJECTED)])
    await ledger.settle([decision(1, Outcome.ACCEPTED)])

    assert [Standing.DUPLICATE, Standing.ACCEPTED] == await ledger.reserve([claim(2), claim(1)])


async def test_counts_and_lists_by_outcome(ledger: PostgresLedger) -> None:
    outcomes = [*Outcome, Outcome.ACCEPTED, Outcome.ACCEPTED]
    for offset, outcome in enumerate(outcomes):
        await ledger.settle([decision(offset, outcome)])

    assert dict.fromkeys(Outcome, 1) | {Outcome.ACCEPTED: 3} == await read(ledger).counts()
    newest = await read(ledger).newest([Outcome.ACCEPTED], limit=2)
    older = await read(ledger).newest([Outcome.ACCEPTED], before=newest[-1].number)
    assert [9, 8] == [entry.decision.position.offset for entry in newest]
    assert [0] == [entry.decision.position.offset for entry in older]
    assert 10 == len(await read(ledger).newest())


async def test_an_empty_ledger_counts_every_outcome_as_none(ledger: PostgresLedger) -> None:
    assert dict.fromkeys(Outcome, 0) == await read(ledger).counts()


async def test_the_reporter_of_the_holder_is_kept_and_no_other(
    ledger: PostgresLedger, reporters: PostgresReporters
) -> None:
    await ledger.reserve([claim(1, reporter=WANG), claim(2, reporter=LI)])
    await ledger.reserve([claim(3, reporter=LI)])

    assert WANG == await reporters.of_case("town", "case-e1")
    assert None is await reporters.of_case("city", "case-e1")


@pytest.mark.parametrize("following", [LI, None])
async def test_who_takes_an_identity_over_brings_their_reporter(
    ledger: PostgresLedger, reporters: PostgresReporters, following: Reporter | None
) -> None:
    await ledger.reserve([claim(1, reporter=WANG)])
    await ledger.settle([decision(1, Outcome.REJECTED)])
    await ledger.reserve([claim(2, reporter=following)])

    assert following == await reporters.of_case("town", "case-e1")


async def test_an_erased_reporter_does_not_come_back_with_the_record(
    ledger: PostgresLedger, reporters: PostgresReporters
) -> None:
    await ledger.reserve([claim(1, reporter=WANG)])
    assert await reporters.erase("town", "case-e1")
    await ledger.reserve([claim(1, reporter=WANG)])

    assert None is await reporters.of_case("town", "case-e1")
    assert not await reporters.erase("town", "case-e1")


async def test_personal_data_is_in_no_table(
    ledger: PostgresLedger, superuser: psycopg.Connection
) -> None:
    await ledger.reserve([claim(1, reporter=WANG)])
    await ledger.settle([decision(1, Outcome.ACCEPTED)])
    tables = superuser.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'sanban'::regnamespace"
    ).fetchall()

    everything = sql.SQL("SELECT * FROM sanban.{}")
    holding = [
        name
        for (name,) in tables
        if "王女士" in str(superuser.execute(everything.format(sql.Identifier(name))).fetchall())
    ]

    assert holding == []


async def test_one_of_many_consumers_with_an_event_is_accepted(ledger: PostgresLedger) -> None:
    """Each of them takes the identity over from the one before, and all start the same case."""

    async def one(claimed: Claim) -> Outcome:
        [standing] = await ledger.reserve([claimed])
        outcome = Outcome.ACCEPTED if standing is Standing.MINE else Outcome.DUPLICATE
        end = decision(claimed.position.offset, outcome, claimed.event_id)
        [settled] = await ledger.settle([replace(end, claim=claimed)])
        return settled.outcome

    for number in range(30):
        claims = [claim(6 * number + nth, f"e{number}") for nth in range(6)]
        outcomes = sorted(await asyncio.gather(*map(one, claims)))

        assert [Outcome.ACCEPTED] + [Outcome.DUPLICATE] * 5 == outcomes


async def test_a_second_consumer_waits_for_the_first_and_then_sees_its_decision(
    ledger: PostgresLedger, superuser_dsn: str
) -> None:
    """The dangerous window: the first has inserted and not committed when the second looks."""
    with psycopg.connect(superuser_dsn) as slow:
        slow.execute(
            "INSERT INTO sanban.identities VALUES ('town', 'hotline', 'e1', 'd', 'case-e1',"
            " 'held', 'main', 'sanban.complaints', 'id', 0, 1)"
        )
        waiting = asyncio.create_task(ledger.reserve([claim(2), claim(3, digest="x"), claim(1)]))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        slow.commit()

    assert [Standing.DUPLICATE, Standing.CONFLICT, Standing.MINE] == await waiting


async def test_a_second_consumer_takes_what_the_first_gave_up(
    ledger: PostgresLedger, superuser_dsn: str
) -> None:
    with psycopg.connect(superuser_dsn) as slow:
        slow.execute(
            "INSERT INTO sanban.identities VALUES ('town', 'hotline', 'e1', 'd', 'case-e1',"
            " 'held', 'main', 'sanban.complaints', 'id', 0, 1)"
        )
        waiting = asyncio.create_task(ledger.reserve([claim(2)]))
        await asyncio.sleep(0.2)
        slow.rollback()

    assert [Standing.MINE] == await waiting


async def test_chunks_in_opposite_order_do_not_deadlock(ledger: PostgresLedger) -> None:
    events = [f"e{number}" for number in range(40)]
    for turn in range(15):
        named = [f"{turn}-{event}" for event in events]
        one = [claim(offset, event) for offset, event in enumerate(named)]
        other = [claim(100 + offset, event) for offset, event in enumerate(reversed(named))]

        answers = await asyncio.gather(
            ledger.reserve(one),
            ledger.reserve(other),
            ledger.settle([decision(offset, Outcome.REJECTED) for offset in range(40)]),
        )

        # Whatever the interleaving: of two claims of one event at least one holds it.
        for mine, theirs in zip(answers[0], reversed(answers[1]), strict=True):
            assert Standing.MINE in (mine, theirs)


async def test_a_holder_that_stays_locked_is_reported_as_unavailable_in_time(
    ledger: PostgresLedger, app_dsn: str, superuser_dsn: str
) -> None:
    await ledger.reserve([claim(1)])
    options = DatabaseOptions(app_dsn, statement_timeout_s=0.3)
    async with open_database(options) as impatient:
        with psycopg.connect(superuser_dsn) as slow:
            slow.execute("SELECT FROM sanban.identities FOR UPDATE")

            with pytest.raises(StoreUnavailable, match="statement timeout"):
                await PostgresLedger(impatient).reserve([claim(2)])

    assert [Standing.CONFLICT] == await ledger.reserve([claim(2, digest="other")])
