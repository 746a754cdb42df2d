"""Reports that may be about the same, over a real PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from domain.complaints import Place
from domain.matching.blocking import blocking_keys
from domain.matching.clustering import Candidate, CaseState, ClusterLeader
from domain.matching.similarity import ReportFeatures
from domain.policy.similar_rules import MOST_SCORED
from domain.vocabulary import Urgency
from schemas.intake import Claim, Comparison, Outcome, Position, RecordDecision, RejectReason
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.intake.similar import LOCK, PostgresSimilar
from tests.unit.test_similarity import AT, PIPE, RULE

ELSEWHERE = replace(PIPE, place=Place("中山路88号", None, 120_800_000, 30_900_000))


@pytest.fixture
def ledger(database: Database) -> PostgresLedger:
    return PostgresLedger(database)


@pytest.fixture
def similar(database: Database) -> PostgresSimilar:
    return PostgresSimilar(database)


def position(offset: int) -> Position:
    return Position("main", "sanban.complaints", "id", 0, offset)


def claim(offset: int, report: ReportFeatures | None = PIPE, tenant: str = "town") -> Claim:
    name = f"{tenant}-{offset:03d}"
    return Claim(position(offset), tenant, "hotline", name, "d", name, report=report)


def asked(of: Claim) -> Comparison:
    assert of.report is not None
    return Comparison(of.tenant, of.case_id, of.report, RULE)


async def before(similar: PostgresSimilar, of: Claim) -> list[Candidate]:
    [found] = await similar.before([asked(of)])
    return [*found]


def settled(offset: int, outcome: Outcome) -> RecordDecision:
    reason = RejectReason.UNSTARTABLE if outcome is Outcome.REJECTED else None
    name = f"town-{offset:03d}"
    case_id = None if reason else name
    return RecordDecision(position(offset), outcome, reason, "", "town", "hotline", name, case_id)


def put_case(superuser: psycopg.Connection, case_id: str, stage: str) -> None:
    superuser.execute(
        "INSERT INTO sanban.cases (case_id, tenant, tier, stage, urgency, channel, title, level,"
        " received_at, policy, seq) VALUES (%s, 'town', 'assign', %s, 'normal', 'hotline', '', 0,"
        " now(), 'p', 1) ON CONFLICT (case_id) DO UPDATE SET stage = EXCLUDED.stage",
        (case_id, stage),
    )


async def test_a_report_comes_back_as_it_was_said_to_those_that_came_after(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    unlocated = replace(PIPE, category=None, place=Place("人民路12号"), may_follow=False)
    claims = [claim(1, unlocated), claim(2), claim(3, ELSEWHERE), claim(4)]
    await ledger.reserve(claims)

    assert await before(similar, claims[0]) == []
    [first, second] = await before(similar, claims[3])

    assert first.report == unlocated
    assert second.report == PIPE
    assert first.case_id == "town-001"
    assert first.state == CaseState.OWN
    assert first.begun is False
    assert first.order < second.order
    assert first.leader is None
    assert first.apart is False


async def test_a_chunk_is_asked_about_at_once_in_its_order(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    claims = [claim(offset, PIPE if offset % 2 else ELSEWHERE) for offset in range(8, 0, -1)]
    await ledger.reserve(claims)

    found = await similar.before([asked(each) for each in claims])

    names = [each.case_id for each in claims]
    for number, candidates in enumerate(found):
        assert [each.case_id for each in candidates] == names[number % 2 : number : 2]


async def test_another_town_another_place_and_long_ago_are_not_found(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    long_ago = replace(PIPE, at=AT - RULE.within - timedelta(seconds=1))
    just_so = replace(PIPE, at=AT - RULE.within)
    nowhere = replace(PIPE, place=Place())
    claims = [
        claim(1, tenant="city"),
        claim(2, ELSEWHERE),
        claim(3, long_ago),
        claim(4, just_so),
        claim(5, nowhere),
        claim(6),
        replace(claim(7), kind="rated", report=None),
    ]
    await ledger.reserve(claims)

    assert [each.case_id for each in await before(similar, claims[5])] == ["town-004"]
    assert await before(similar, claims[4]) == []


async def test_how_a_case_stands_is_the_read_models_to_say(
    ledger: PostgresLedger, similar: PostgresSimilar, superuser: psycopg.Connection
) -> None:
    claims = [claim(offset) for offset in range(1, 7)]
    await ledger.reserve(claims)
    await similar.lead({"town-002": "town-001", "town-003": "town-001"}, {"town-004"})
    await ledger.settle([settled(1, Outcome.ACCEPTED)])

    found = {each.case_id: each for each in await before(similar, claims[5])}

    order = found["town-001"].order
    assert found["town-001"].begun
    leader = ClusterLeader("town-001", order, CaseState.OWN, begun=True)
    assert found["town-002"].state == CaseState.FOLLOWS
    assert found["town-002"].leader == leader
    assert found["town-004"].apart

    for case_id, stage in (("001", "closed"), ("002", "merged"), ("003", "signed")):
        put_case(superuser, f"town-{case_id}", stage)
    found = {each.case_id: each for each in await before(similar, claims[5])}

    assert [found[f"town-00{number}"].state for number in (1, 2, 3)] == [
        CaseState.OVER,
        CaseState.FOLLOWS,
        CaseState.OWN,
    ]
    assert found["town-003"].leader == replace(leader, state=CaseState.OVER, urgency=Urgency.NORMAL)
    assert await similar.led_by("town", "town-001") == [("town-002", 1)]
    assert await similar.led_by("city", "town-001") == []


async def test_what_was_refused_is_no_case_until_it_comes_again(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    await ledger.reserve([claim(1), claim(2)])
    await ledger.settle([settled(1, Outcome.REJECTED)])
    assert await before(similar, claim(2)) == []

    again = replace(
        claim(3, replace(PIPE, text="水管又爆了")), event_id="town-001", case_id="town-001"
    )
    await ledger.reserve([again, claim(4)])

    found = await before(similar, claim(4))
    assert [each.report.text for each in found if each.case_id == "town-001"] == ["水管又爆了"]


async def test_only_the_holder_of_an_identity_is_compared_with(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    other = replace(claim(2, ELSEWHERE), event_id="town-001", case_id="town-001", digest="other")
    await ledger.reserve([claim(1)])
    await ledger.reserve([other, claim(3)])

    assert [each.report for each in await before(similar, claim(3))] == [PIPE]


async def test_of_very_many_the_nearest_are_compared(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    by_telephone = replace(PIPE, category="lamp", place=Place("人民路12号"))
    claims = [claim(1)]
    claims += [claim(offset, by_telephone) for offset in range(2, 130)]
    claims += [claim(130), claim(131)]
    await ledger.reserve(claims)

    found = await before(similar, claims[-1])

    assert len(found) == MOST_SCORED
    assert {"town-001", "town-130"} < {each.case_id for each in found}


async def test_a_case_has_begun_when_it_is_accepted_or_journaled(
    ledger: PostgresLedger, similar: PostgresSimilar, superuser: psycopg.Connection
) -> None:
    await ledger.reserve([claim(1), claim(2), claim(3)])
    await ledger.settle([settled(1, Outcome.ACCEPTED)])
    put_case(superuser, "town-002", "received")

    names = ["town-001", "town-002", "town-003", "never"]
    assert await similar.begun(names) == {"town-001", "town-002"}
    assert await similar.begun([]) == frozenset()


async def test_two_consumers_keep_what_they_reserve_side_by_side(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    one = [claim(offset) for offset in range(1, 40)]
    other = [*reversed(one), claim(99)]
    await asyncio.gather(ledger.reserve(one), ledger.reserve(other))

    await ledger.reserve([claim(100)])
    assert len(await before(similar, claim(100))) == 40


async def test_whoever_looks_sees_all_that_have_lower_numbers(
    ledger: PostgresLedger, similar: PostgresSimilar, superuser_dsn: str
) -> None:
    """Two partitions at once, of which one is slow to commit: they must find the same first."""
    with psycopg.connect(superuser_dsn) as slow:
        slow.execute(LOCK)
        slow.execute(
            "INSERT INTO sanban.reports (case_id, tenant, category, reported_at, text, address,"
            " gathers, kept_under) SELECT 'town-000', 'town', 'water', %s, '', '', true, %s",
            (AT, blocking_keys("town", PIPE)),
        )
        waiting = asyncio.create_task(ledger.reserve([claim(2)]))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        put_case(slow, "town-000", "signed")
        slow.commit()
    await waiting

    assert [each.case_id for each in await before(similar, claim(2))] == ["town-000"]


async def test_what_comes_again_after_it_was_refused_came_last(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    """Cases follow those that came before them: one that waits for a later one would hang."""
    await ledger.reserve([claim(1), claim(2)])
    await ledger.settle([settled(1, Outcome.REJECTED)])
    again = replace(claim(3), event_id="town-001", case_id="town-001")
    await ledger.reserve([again])

    assert [each.case_id for each in await before(similar, again)] == ["town-002"]


async def test_a_person_sees_what_came_after_as_well(
    ledger: PostgresLedger, similar: PostgresSimilar
) -> None:
    claims = [claim(1), claim(2), claim(3, ELSEWHERE), claim(4)]
    await ledger.reserve(claims)

    found = await similar.around(asked(claims[1]))

    assert {each.case_id for each in found} == {"town-001", "town-004"}
    assert await similar.report("town", "town-003") == ELSEWHERE
    assert await similar.report("city", "town-003") is None


async def test_what_is_reserved_is_undecided_until_its_chunk_has_decided(
    ledger: PostgresLedger, similar: PostgresSimilar, superuser: psycopg.Connection
) -> None:
    await ledger.reserve([claim(1), claim(2), claim(3)])
    await similar.lead({}, (), ["town-001"])

    assert [each.decided for each in await before(similar, claim(3))] == [True, False]
    await similar.lead({"town-003": "town-001"}, (), ["town-002", "town-003"])
    assert superuser.execute("SELECT count(*) FROM sanban.undecided_reports").fetchone() == (0,)


async def test_nothing_waits_for_a_report_whose_record_was_lost(
    ledger: PostgresLedger, similar: PostgresSimilar, superuser: psycopg.Connection
) -> None:
    """Its chunk will never decide; before, every later chunk nearby waited five seconds for it."""
    await ledger.reserve([claim(1), claim(2)])
    old = (
        "UPDATE sanban.identities SET held_at = now() - interval '%s s' WHERE case_id = 'town-001'"
    )
    for seconds, decided in ((50, False), (70, True)):
        superuser.execute(old % seconds)

        assert [each.decided for each in await before(similar, claim(2))] == [decided]
