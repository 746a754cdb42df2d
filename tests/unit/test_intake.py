"""Intake: every record ends in one named outcome, whatever fails on the way."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest
import structlog

from domain.complaints import case_id_of
from domain.planning.plans import CasePlan
from schemas.intake import Outcome, RejectReason, Unavailable
from tests.fakes.intake import FakeStarter, ProcessDied, Town
from tests.fakes.records import SOURCE, at, complaint, unreadable
from tests.limits import EVENT_S

ACCEPTED, DUPLICATE = Outcome.ACCEPTED, Outcome.DUPLICATE
CONFLICT, REJECTED = Outcome.CONFLICT, Outcome.REJECTED


def cases(*event_ids: str) -> list[str]:
    return [case_id_of("youchegang", SOURCE, event_id) for event_id in event_ids]


@dataclass
class SideBySide:
    """Two starts are under way before either ends, some of them badly."""

    starter: FakeStarter
    errors: dict[str, Exception]
    both: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(2))

    async def start(self, plan: CasePlan) -> bool:
        await self.both.wait()
        if error := self.errors.get(plan.complaint.event_id):
            raise error
        return await self.starter.start(plan)


@pytest.fixture
def town() -> Town:
    return Town()


async def test_a_complaint_becomes_a_case(town: Town) -> None:
    outcomes = await town.intake().handle([complaint(0)])

    assert outcomes == [ACCEPTED]
    assert town.starter.running == cases("event-0")
    assert town.ledger.settled[at(0)].case_id == cases("event-0")[0]


async def test_a_record_failed_the_next_succeeded_and_the_process_died(town: Town) -> None:
    """Promise 1: what failed is not forgotten because something after it was done."""

    chunk = [complaint(0, key="a"), complaint(1, key="b")]
    failing = replace(
        town.intake(),
        starter=SideBySide(town.starter, {"event-0": Unavailable("temporal")}),
    )
    with pytest.raises(Unavailable):
        await failing.handle(chunk)
    assert town.starter.running == cases("event-1")

    outcomes = await town.intake().handle(chunk)  # after the restart, from the committed offset

    assert outcomes == [ACCEPTED, ACCEPTED]
    assert sorted(town.starter.running) == sorted(cases("event-0", "event-1"))


async def test_a_crash_before_settling_loses_and_doubles_nothing(town: Town) -> None:
    def die() -> None:
        raise ProcessDied

    chunk = [complaint(0), unreadable(1), complaint(2, event_id="event-0"), complaint(3)]
    town.ledger.before_settling = die
    with pytest.raises(ProcessDied):
        await town.intake().handle(chunk)
    town.ledger.before_settling = lambda: None

    outcomes = await town.intake().handle(chunk)

    assert outcomes == [ACCEPTED, REJECTED, DUPLICATE, ACCEPTED]
    assert town.starter.running == cases("event-0", "event-3")


async def test_a_record_redelivered_continues_as_itself(town: Town) -> None:
    chunk = [complaint(0), complaint(1, event_id="event-0"), unreadable(2)]
    first = await town.intake().handle(chunk)

    again = await town.intake().handle(chunk)

    assert again == first == [ACCEPTED, DUPLICATE, REJECTED]


async def test_an_accepted_record_is_not_started_again_after_its_case_is_forgotten(
    town: Town,
) -> None:
    """Promise 2: Temporal forgets closed cases after its retention; the ledger does not."""
    await town.intake().handle([complaint(0)])
    town.starter.running.clear()

    outcomes = await town.intake().handle([complaint(0)])

    assert outcomes == [ACCEPTED]
    assert town.starter.running == []


async def test_the_same_event_at_another_position_is_a_duplicate(town: Town) -> None:
    await town.intake().handle([complaint(0, event_id="e")])

    outcomes = await town.intake().handle([complaint(7, event_id="e")])

    assert outcomes == [DUPLICATE]
    assert town.starter.running == cases("e")
    assert town.ledger.settled[at(7)].case_id == cases("e")[0]


async def test_the_same_id_with_other_content_is_a_conflict_and_dead_lettered(town: Town) -> None:
    changed = complaint(1, event_id="e", text="Something else.")

    outcomes = await town.intake().handle([complaint(0, event_id="e"), changed])

    assert outcomes == [ACCEPTED, CONFLICT]
    assert town.dead_letters.kept[0][:2] == (changed, RejectReason.IDENTITY_CONFLICT)
    assert town.ledger.settled[at(1)].case_id is None


async def test_an_offset_counted_anew_is_another_record(town: Town) -> None:
    """A topic deleted and created again begins at offset 0."""
    await town.intake().handle([complaint(0)])
    successor = replace(complaint(0, event_id="other"), position=at(0, topic_id="t2"))

    outcomes = await town.intake().handle([successor])

    assert outcomes == [ACCEPTED]
    assert town.starter.running == cases("event-0", "other")


async def test_two_records_of_one_event_in_a_chunk_make_one_case(town: Town) -> None:
    outcomes = await town.intake().handle([complaint(offset, event_id="e") for offset in range(3)])

    assert outcomes == [ACCEPTED, DUPLICATE, DUPLICATE]
    assert town.starter.calls == 1


async def test_what_cannot_be_read_is_dead_lettered_with_its_bytes(town: Town) -> None:
    stranger = complaint(1, tenant="elsewhere")

    outcomes = await town.intake().handle([unreadable(0), stranger, complaint(2)])

    assert outcomes == [REJECTED, REJECTED, ACCEPTED]
    assert town.dead_letters.reasons == [RejectReason.NOT_JSON, RejectReason.UNKNOWN_TENANT]
    assert town.dead_letters.kept[0][0] == unreadable(0)


async def test_what_temporal_refuses_for_good_is_dead_lettered_with_its_duplicates(
    town: Town,
) -> None:
    town.starter.poison = {"bad"}
    chunk = [complaint(0, event_id="bad"), complaint(1, event_id="bad"), complaint(2)]

    outcomes = await town.intake().handle(chunk)

    assert outcomes == [REJECTED, REJECTED, ACCEPTED]
    assert town.dead_letters.reasons == [RejectReason.UNSTARTABLE] * 2


async def test_a_refused_event_may_come_again_when_it_is_put_right(town: Town) -> None:
    town.starter.poison = {"bad"}
    await town.intake().handle([complaint(0, event_id="bad", text="Too long.")])
    town.starter.poison.clear()

    outcomes = await town.intake().handle([complaint(1, event_id="bad", text="Short.")])

    assert outcomes == [ACCEPTED]


async def test_temporal_away_decides_nothing_and_then_everything(town: Town) -> None:
    chunk = [complaint(0), unreadable(1), complaint(2)]
    town.starter.away = True
    with pytest.raises(Unavailable, match="temporal"):
        await town.intake().handle(chunk)
    assert town.ledger.settled == {}
    assert town.dead_letters.kept == []
    town.starter.away = False

    outcomes = await town.intake().handle(chunk)

    assert outcomes == [ACCEPTED, REJECTED, ACCEPTED]


async def test_temporal_away_is_not_asked_for_every_record_of_the_chunk(town: Town) -> None:
    town.starter.away = True
    chunk = [complaint(offset) for offset in range(200)]

    with pytest.raises(Unavailable):
        await town.intake().handle(chunk)

    assert town.starter.calls <= 32


async def test_the_broker_of_dead_letters_away_decides_nothing(town: Town) -> None:
    chunk = [complaint(0), unreadable(1)]
    town.dead_letters.away = True
    with pytest.raises(Unavailable, match="kafka"):
        await town.intake().handle(chunk)
    assert town.ledger.settled == {}
    town.dead_letters.away = False

    outcomes = await town.intake().handle(chunk)

    assert outcomes == [ACCEPTED, REJECTED]
    assert len(town.starter.running) == 1


async def test_a_defect_is_worse_than_an_absence(town: Town) -> None:
    errors = {"event-0": Unavailable("temporal"), "event-1": ZeroDivisionError()}
    failing = replace(town.intake(), starter=SideBySide(town.starter, errors))

    with pytest.raises(ZeroDivisionError):
        await failing.handle([complaint(0), complaint(1)])


async def test_one_key_is_started_in_order_and_keys_side_by_side(town: Town) -> None:
    order: list[str] = []
    both_begun = asyncio.Barrier(2)

    class SlowStarter:
        async def start(self, plan: CasePlan) -> bool:
            order.append(plan.complaint.event_id)
            if plan.complaint.event_id in ("event-0", "event-1"):
                await both_begun.wait()  # would wait for ever if keys were started one by one
            return True

    intake = replace(town.intake(), starter=SlowStarter())
    chunk = [complaint(0, key="a"), complaint(1, key="b"), complaint(2, key="a")]
    async with asyncio.timeout(EVENT_S):
        await intake.handle(chunk)

    assert order == ["event-0", "event-1", "event-2"]


async def test_at_most_so_many_starts_at_once_over_all_partitions(town: Town) -> None:
    now = most = 0

    class CountingStarter:
        async def start(self, plan: CasePlan) -> bool:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1
            return True

    intake = town.intake()
    context = replace(intake.context, at_once=asyncio.Semaphore(4))
    intake = replace(intake, context=context, starter=CountingStarter())
    await asyncio.gather(
        intake.handle([complaint(offset) for offset in range(20)]),
        intake.handle([complaint(offset) for offset in range(20, 40)]),
    )

    assert most == 4


async def test_the_reporter_goes_to_the_ledger_and_nowhere_else(town: Town) -> None:
    person = {"name": "张三", "phone": "13800000000", "confidential": True}
    with structlog.testing.capture_logs() as logs:
        await town.intake().handle([complaint(0, event_id="e", reporter=person)])

    claim = next(iter(town.ledger.holders.values()))
    assert claim.reporter is not None
    assert claim.reporter.name == "张三"
    assert claim.reporter.confidential is True
    for elsewhere in (logs, town.ledger.settled, claim):
        assert "张三" not in str(elsewhere)
        assert "13800000000" not in str(elsewhere)


async def test_each_decision_is_one_line_of_log(town: Town) -> None:
    with structlog.testing.capture_logs() as logs:
        await town.intake().handle([complaint(0, event_id="e"), unreadable(1)])

    assert [(line["event"], line["outcome"], line["offset"]) for line in logs] == [
        ("intake.record_decided", "accepted", 0),
        ("intake.record_decided", "rejected", 1),
    ]
    assert logs[1]["reason"] == "not_json"
