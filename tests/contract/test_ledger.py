"""What consumers.ports.Ledger promises, kept by the fake and by PostgreSQL alike."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consumers.ports import Ledger, Outcomes
from schemas.intake import (
    Claim,
    Outcome,
    ParkingTerms,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Standing,
    Wait,
)
from store.connection import Database
from store.intake.ledger import PostgresLedger
from tests.fakes.ledger import MemoryLedger

MINE, ACCEPTED = Standing.MINE, Standing.ACCEPTED
DUPLICATE, CONFLICT = Standing.DUPLICATE, Standing.CONFLICT


@pytest.fixture(params=["memory", "postgresql"])
def ledger(request: pytest.FixtureRequest, database: Database) -> Ledger:
    return MemoryLedger() if request.param == "memory" else PostgresLedger(database)


def position(offset: int, topic_id: str = "") -> Position:
    return Position("main", "sanban.complaints", topic_id, 0, offset)


def claim(
    offset: int,
    event_id: str = "e1",
    digest: str = "same",
    *,
    tenant: str = "town",
    source: str = "hotline",
) -> Claim:
    return Claim(position(offset), tenant, source, event_id, digest, f"case-{event_id}")


def decision(offset: int, outcome: Outcome) -> RecordDecision:
    rejected = outcome in (Outcome.REJECTED, Outcome.CONFLICT)
    return RecordDecision(
        position(offset),
        outcome,
        RejectReason.UNSTARTABLE if rejected else None,
        tenant="town",
        source="hotline",
        event_id="e1",
        case_id=None if rejected else "case-e1",
    )


def accepted(claim: Claim) -> RecordDecision:
    return replace(decision(claim.position.offset, Outcome.ACCEPTED), claim=claim)


async def test_the_first_claim_holds_and_the_next_is_told_what_it_is(ledger: Ledger) -> None:
    assert [MINE] == await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, Outcome.ACCEPTED)])

    assert [DUPLICATE] == await ledger.reserve([claim(2)])
    assert [CONFLICT] == await ledger.reserve([claim(3, digest="other")])


async def test_what_had_no_effect_yet_is_taken_over_by_the_same_content(ledger: Ledger) -> None:
    """The broker may have lost the first record: then nothing else can ever end it."""
    await ledger.reserve([claim(1)])

    taking = [claim(2, digest="other"), claim(3), claim(4)]
    assert [CONFLICT, MINE, DUPLICATE] == await ledger.reserve(taking)
    assert [MINE] == await ledger.reserve([claim(3)])
    assert [MINE] == await ledger.reserve([claim(1)])  # it was not lost, and comes again


async def test_a_holder_among_the_claims_is_not_lost(ledger: Ledger) -> None:
    await ledger.reserve([claim(2)])

    assert [DUPLICATE, MINE] == await ledger.reserve([claim(1), claim(2)])


@pytest.mark.parametrize("winner", [1, 2])
async def test_of_two_that_were_decided_side_by_side_the_first_settled_is_accepted(
    ledger: Ledger, winner: int
) -> None:
    claims = {offset: claim(offset) for offset in (1, 2)}
    loser = 3 - winner
    await ledger.reserve([claims[1]])
    await ledger.reserve([claims[2]])

    first = await ledger.settle([accepted(claims[winner])])
    second = await ledger.settle([accepted(claims[loser])])

    assert [each.outcome for each in (*first, *second)] == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert second[0].case_id == "case-e1"
    ends = await ledger.decided([position(winner), position(loser)])
    assert [end.outcome for end in ends.values()] == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert [ACCEPTED, DUPLICATE] == await ledger.reserve([claims[winner], claims[loser]])


async def test_one_that_lost_its_identity_rejects_nothing_but_itself(ledger: Ledger) -> None:
    claims = {offset: claim(offset) for offset in (1, 2)}
    await ledger.reserve([claims[1]])
    await ledger.reserve([claims[2]])

    await ledger.settle([replace(decision(1, Outcome.REJECTED), claim=claims[1])])

    assert [MINE, CONFLICT] == await ledger.reserve([claims[2], claim(3, digest="other")])


async def test_one_that_was_parked_is_not_lost(ledger: Ledger) -> None:
    await ledger.reserve([claim(1)])
    record = Record(position(1), b"key", b"value")
    terms = ParkingTerms(Wait.COMPLAINT, "[]", datetime(2099, 1, 1, tzinfo=UTC))
    parked = replace(decision(1, Outcome.PARKED), hold=terms, record=record, claim=claim(1))
    await ledger.settle([parked])

    assert [DUPLICATE] == await ledger.reserve([claim(2)])


async def test_claims_of_one_chunk_follow_each_other(ledger: Ledger) -> None:
    chunk = [claim(1), claim(2), claim(3, digest="other"), claim(4, "e2"), claim(1)]

    assert [MINE, DUPLICATE, CONFLICT, MINE, MINE] == await ledger.reserve(chunk)


async def test_nothing_asked_is_nothing_answered(ledger: Ledger) -> None:
    assert [] == await ledger.reserve([])
    await ledger.settle([])


async def test_tenant_and_source_are_part_of_the_identity(ledger: Ledger) -> None:
    claims = [claim(1), claim(2, tenant="city"), claim(3, source="camera")]

    assert [MINE, MINE, MINE] == await ledger.reserve(claims)


async def test_a_position_in_a_topic_made_anew_is_another_position(ledger: Ledger) -> None:
    again = Claim(position(1, "new"), "town", "hotline", "e1", "same", "case-e1")

    assert [MINE, DUPLICATE] == await ledger.reserve([claim(1), again])
    await ledger.settle([decision(1, Outcome.ACCEPTED)])
    assert [DUPLICATE] == await ledger.reserve([again])


async def test_the_same_position_again_is_mine_whatever_the_digest(ledger: Ledger) -> None:
    await ledger.reserve([claim(1)])

    assert [MINE] == await ledger.reserve([claim(1, digest="computed otherwise")])


async def test_an_accepted_record_that_comes_again_has_nothing_left_to_do(ledger: Ledger) -> None:
    await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, Outcome.ACCEPTED)])

    chunk = [claim(1), claim(2), claim(3, digest="other")]
    assert [ACCEPTED, DUPLICATE, CONFLICT] == await ledger.reserve(chunk)


async def test_rejected_frees_the_identity_for_whoever_comes_next(ledger: Ledger) -> None:
    await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, Outcome.REJECTED)])

    chunk = [claim(2, digest="other"), claim(3), claim(4, digest="other")]
    assert [MINE, CONFLICT, DUPLICATE] == await ledger.reserve(chunk)


async def test_a_rejected_record_may_try_again_and_be_accepted(ledger: Ledger) -> None:
    await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, Outcome.REJECTED)])

    assert [MINE] == await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, Outcome.ACCEPTED)])
    assert [ACCEPTED] == await ledger.reserve([claim(1)])


@pytest.mark.parametrize("outcome", [Outcome.DUPLICATE, Outcome.CONFLICT])
async def test_only_rejected_frees_for_other_content(ledger: Ledger, outcome: Outcome) -> None:
    await ledger.reserve([claim(1)])
    await ledger.settle([decision(1, outcome), decision(2, Outcome.REJECTED)])

    assert [CONFLICT] == await ledger.reserve([claim(3, digest="other")])


async def test_settling_again_changes_nothing(ledger: Ledger) -> None:
    await ledger.reserve([claim(1), claim(2)])
    chunk = [decision(1, Outcome.ACCEPTED), decision(2, Outcome.DUPLICATE)]
    await ledger.settle(chunk)
    await ledger.settle(chunk)

    assert [ACCEPTED, DUPLICATE] == await ledger.reserve([claim(1), claim(2)])


async def test_it_says_how_those_of_many_records_ended_that_have_an_outcome(
    database: Database,
) -> None:
    ledgers: tuple[Outcomes, ...] = (MemoryLedger(), PostgresLedger(database))
    elsewhere = Position("main", "sanban.complaints", "", 1, 1)
    for kept in ledgers:
        ends = [decision(1, Outcome.ACCEPTED), decision(2, Outcome.REJECTED)]
        await kept.settle(ends)

        asked = [position(1), position(2), position(3), position(1, "new"), elsewhere]
        assert await kept.decided(asked) == {each.position: each for each in ends}
        assert await kept.decided([]) == {}
