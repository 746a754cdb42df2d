"""Deadlines of running cases: what moves them, what does not, and that they can be explained."""

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.api.enums.v1 import EventType

from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.suspension.acts import Suspend
from domain.case.suspension.facts import Resumed
from domain.complaints import Arrival
from domain.policy.part_rules import PartKind
from domain.sla.clocks import Measure
from domain.sla.explanations import explain, local, recompute
from domain.vocabulary import Stage, Tier
from tests.builders import complaint, plan, swept
from tests.town import (
    CALENDAR,
    CITIZEN_LADDER,
    OPENED,
    PART_RULES,
    PLATFORM_LADDER,
    ZONE,
    hours,
    ladder,
    rung,
)
from tests.workflow.cases import Town
from tests.workflow.looks import EVERY_WEEK_ALIKE, deadlines

FRIDAY = 4


def next_(weekday: int, hour: time, after: datetime) -> datetime:
    """The next such day of the town's week."""
    today = after.astimezone(ZoneInfo(ZONE)).date()
    days = (weekday - today.weekday()) % 7 or 7
    return datetime.combine(today + timedelta(days=days), hour, ZoneInfo(ZONE))


async def test_a_comment_never_moves_a_deadline(town: Town) -> None:
    case = await town.open(plan())
    before = await case.state(), await case.history(EventType.EVENT_TYPE_TIMER_STARTED)
    await case.give("comment")
    after = await case.state(), await case.history(EventType.EVENT_TYPE_TIMER_STARTED)

    assert before[0].clocks == after[0].clocks
    assert before[1] == after[1]


async def test_a_pause_from_friday_evening_to_monday_morning_costs_and_gives_nothing(
    town: Town,
) -> None:
    friday = next_(FRIDAY, time(16, 30), await town.now())
    await town.until(friday)
    case = await town.open(plan(hours_of=EVERY_WEEK_ALIKE))
    promised = await deadlines(case, EVERY_WEEK_ALIKE)
    await town.until(friday.replace(hour=18))
    monday = friday + timedelta(days=2, hours=15)
    await case.give(Suspend(reason="The owners are away.", measures="A fence.", until=monday))
    standing = await deadlines(case, EVERY_WEEK_ALIKE)
    await town.until(monday + hours(1))
    resumed = case.events()[4]

    assert {} == standing
    assert ["suspended", "resumed"] == case.kinds(after=3)
    assert isinstance(resumed.fact, Resumed)
    assert monday == resumed.fact.at
    assert promised == await deadlines(case, EVERY_WEEK_ALIKE)


@pytest.mark.parametrize("used", [16, 36, 44, 60], ids="before {0}h".format)
async def test_a_pause_in_any_window_of_a_ladder_skips_no_rung_and_repeats_none(
    town: Town, used: int
) -> None:
    """Of 40 hours: amber at 32, red at 40, order at 48, up at 64, and the next tier at 80.

    No letter is sent: unanswered, it would raise the tier before the last rung does.
    """
    resting = tuple(rule for rule in PART_RULES if rule.kind is PartKind.SUSPENSION)
    case = await town.open(plan(measure=Measure.CONTINUOUS, parts=resting))
    await case.give("sign")
    await case.give("progress")
    opened = (await case.state()).opened_at
    await town.until(opened + hours(used))
    until = opened + hours(used + 24)
    answer = await case.give(Suspend(reason="Frost.", measures="A fence.", until=until))
    stood_still = until - case.events()[answer.seq - 1].at
    await town.until(opened + hours(80 + 24 + 1))
    facts = [event.fact for event in case.events()]
    rungs = [fact for fact in facts if isinstance(fact, RungReached) and fact.clock == "holder"]
    missed = [fact for fact in facts if isinstance(fact, DeadlineMissed)]

    assert ["amber", "red", "order", "up", "raise"] == [rung.rung for rung in rungs]
    assert [hours(at) + stood_still * (at > used) for at in (32, 40, 48, 64, 80)] == [
        rung.moment - opened for rung in rungs
    ]
    assert ["holder", "citizen"] == [fact.clock for fact in missed]
    assert not any(rung.late for rung in rungs)


async def test_a_case_that_arrives_overdue_says_so_at_once_and_once(town: Town) -> None:
    long_ago = complaint(reported_at=OPENED - timedelta(days=60))
    case = await town.open(plan(long_ago))
    await case.has_rows(6)

    assert ["rung_reached", "deadline_missed", "rung_reached"] == case.kinds(after=3)
    assert 2 == (await case.state()).level


async def test_a_case_that_arrives_suspended_rests_and_then_has_its_whole_time(town: Town) -> None:
    until = await town.now() + timedelta(days=10)
    resting = complaint(standing=Arrival(suspended_until=until, reason="Frost."))
    # From rules 3 on its decider is asked first.
    earlier = replace(plan(resting, measure=Measure.CONTINUOUS), rules=2)
    case = await town.open(earlier)
    await town.until(until + hours(1))

    assert ["received", "triaged", "dispatched", "suspended", "resumed"] == case.kinds()
    assert until + hours(40) == (await deadlines(case))["holder"]


async def test_a_case_that_arrives_settled_is_closed_at_once(town: Town) -> None:
    case = await town.open(plan(swept(), tier=Tier.DIRECT))
    end = await case.handle.result()

    assert ["received", "triaged", "closed", "archived"] == case.kinds()
    assert Stage.ARCHIVED is end.stage


async def test_a_case_that_arrives_settled_rests_for_its_window_and_is_archived(town: Town) -> None:
    """Nobody works on it; within the window the citizen may still say that it is not so."""
    window = timedelta(days=7)
    case = await town.open(plan(swept(), tier=Tier.DIRECT, reopen_window=window))
    closed_at = case.events()[2].at
    await town.until(closed_at + window - hours(1))
    resting = await case.state()
    await town.until(closed_at + window + hours(1))

    assert Stage.CLOSED == resting.stage
    assert () == resting.open_parts()
    assert not any(clock.is_running for clock in resting.clocks)
    assert ["received", "triaged", "closed", "archived"] == case.kinds()
    assert timedelta(0) < case.events()[-1].at - closed_at - window < hours(1)


@pytest.mark.parametrize("standing", [Arrival(suspended_until=OPENED, reason="Frost."), Arrival()])
async def test_a_case_that_arrives_overdue_can_still_come_to_its_archive(
    town: Town, standing: Arrival
) -> None:
    """Also one that was to rest until a moment that has passed: it does not rest at all."""
    long_ago = complaint(reported_at=OPENED - timedelta(days=60), standing=standing)
    case = await town.open(plan(long_ago))
    await case.has_happened("deadline_missed")
    for kind in ("sign", "resolve", "verify", "close"):
        await case.give(kind)
    await case.handle.result()

    lived = [kind for kind in case.kinds(after=3) if kind != "rung_reached"]
    assert ["deadline_missed", "signed", "resolved", "verified", "closed", "archived"] == lived


@pytest.mark.parametrize("first", ["the person", "the timer"])
async def test_a_signature_and_a_timer_in_the_same_task_have_one_outcome(
    real_town: Town, first: str
) -> None:
    """No worker is there when both come, so the next one finds both, in either order."""
    soon = timedelta(seconds=10)  # enough for any machine to come to the timer before
    opened_at = await real_town.now() - hours(1) + soon
    urged_once = (CITIZEN_LADDER, PLATFORM_LADDER, ladder("holder", rung("red", share=100)))
    pinned = plan(tier=Tier.DIRECT, measure=Measure.CONTINUOUS, ladders=urged_once)
    case = await real_town.begin_again(pinned, opened_at)
    await case.has_history(EventType.EVENT_TYPE_TIMER_STARTED)
    await real_town.stop_worker()
    signing = asyncio.create_task(case.give("sign")) if first == "the person" else None
    await case.has_history(EventType.EVENT_TYPE_TIMER_FIRED)
    signing = signing or asyncio.create_task(case.give("sign"))
    await real_town.start_worker()
    answer = await signing

    assert ["deadline_missed", "rung_reached", "signed"] == case.kinds(after=3)
    assert 6 == answer.seq


async def test_the_explanation_of_each_deadline_recomputes_to_it_and_the_screen_shows_it(
    town: Town,
) -> None:
    case = await town.open(plan())
    await case.give(
        Suspend(reason="Frost.", measures="A fence.", until=await town.now() + timedelta(days=3))
    )
    await case.give("resume")
    state, shown = await case.state(), await case.details()
    explained = {clock.id: explain(clock, CALENDAR) for clock in state.clocks if clock.is_running}
    promised = await deadlines(case)

    assert promised == {clock: recompute(each) for clock, each in explained.items()}
    assert {"citizen", "sign", "first", "holder"} == set(promised)
    for clock, at in promised.items():
        assert f"- {clock}: due {local(at, ZoneInfo(ZONE))}" in shown
