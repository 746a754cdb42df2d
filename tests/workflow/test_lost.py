"""Promise 24: a case whose workflow is lost goes on from its journal, as if nothing had been."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.case.closing.acts import Close
from domain.case.commands import HumanAct
from domain.case.evolve import fold
from domain.case.forecasts import forecast
from domain.case.merging.acts import Merge
from domain.case.suspension.acts import Suspend
from domain.case.tiers.acts import RaiseTier
from domain.sla.clocks import Measure
from domain.vocabulary import Callback, Tier
from runtime.jobs.rebuild.messages import sent_by
from runtime.wiring.temporal_cases import TemporalCases
from schemas.commands import ID_REUSED
from tests.builders import plan
from tests.town import hours
from tests.workflow.again import rederived
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import EVERY_WEEK_ALIKE, deadlines, rungs, who_hears_what
from tests.workflow.test_open_parts import PARTS_OPEN, comes_at_once
from tests.workflow.test_stateful import Play, Script, begun, scripts
from workflows.search_attributes import REGISTRY

APART = timedelta(seconds=5)


async def lose(case: OpenCase) -> None:
    """As far as the case is concerned: nothing of its history is left.

    Not while it is at work: this server would wait for the end of that for ever, and never skip.
    """
    await case.state()
    await case.handle.terminate("its server is lost")


async def go_on(case: OpenCase) -> bool:
    """False when it runs."""
    now = await case.town.now()
    cases = TemporalCases(case.town.client, case.town.task_queue, lambda: now)
    return await cases.go_on(fold(case.events()))


@pytest.mark.parametrize(
    ("tier", "acts"),
    [(Tier.DIRECT, ()), (Tier.ASSIGN, PARTS_OPEN), (Tier.SUPERVISE, ("sign", "progress"))],
    ids=["direct", "parts open", "supervise"],
)
async def test_lost_again_and_again_it_does_what_was_foretold_before_and_nothing_else(
    town: Town, tier: Tier, acts: Sequence[HumanAct | str]
) -> None:
    """Every deadline and every rung at its moment, none left out, none twice."""
    case = await town.open(plan(tier=tier, hours_of=EVERY_WEEK_ALIKE))
    for act in acts:
        await case.give(act)
    while await comes_at_once(case):
        await town.until(await town.now() + APART)
    known, foretold = len(case.rows), list(forecast(await case.state(), town.desk.people, most=200))
    moments = sorted({event.at for event in foretold})
    for before in moments[:: max(1, len(moments) // 4)]:
        await town.until(max(await town.now(), before - APART))
        await lose(case)
        assert await go_on(case)
    await town.until(moments[-1] + hours(1))
    happened = case.events(after=known)

    assert [*map(who_hears_what, foretold)] == [*map(who_hears_what, happened)]
    late = [after.at - before.at for before, after in zip(foretold, happened, strict=True)]
    assert timedelta(0) <= min(late)
    assert max(late) < timedelta(minutes=5)


async def test_a_rung_that_came_while_nothing_ran_is_climbed_once_and_later(town: Town) -> None:
    case = await town.open(plan(tier=Tier.SUPERVISE, measure=Measure.CONTINUOUS))
    await case.give("sign")
    before = await deadlines(case)
    await lose(case)
    await town.until(before["first"] + hours(30))
    silent = rungs(case)
    await go_on(case)
    await case.has_happened("rung_reached")
    await lose(case)
    await go_on(case)
    again = await deadlines(case)
    await town.until(await town.now() + hours(1))

    assert [] == silent
    assert before["holder"] == again["holder"]
    climbed = Counter((rung.clock, rung.rung) for rung in rungs(case))
    assert {1} == set(climbed.values())
    assert {"amber", "red", "order", "up"} <= {rung for clock, rung in climbed if clock == "first"}


async def test_a_suspended_case_wakes_on_the_day_it_was_to_wake(town: Town) -> None:
    case = await town.open(plan(measure=Measure.CONTINUOUS))
    until = await town.now() + hours(48)
    await case.give(Suspend(reason="Frost.", measures="A fence.", until=until))
    await lose(case)
    await town.until(until - hours(1))
    assert await go_on(case)
    await town.until(until - hours(0.5))
    before = case.kinds()
    await town.until(until + hours(0.1))

    assert "suspended" == before[-1]
    assert "resumed" in case.kinds()
    paused = case.events(after=len(before))[0]
    assert until == getattr(paused.fact, "at", paused.at)


async def test_a_command_of_before_has_no_second_effect_and_the_same_answer(town: Town) -> None:
    case = await town.open(plan())
    first = await case.give("sign", id_="said-before")
    await lose(case)
    await go_on(case)
    again = await case.give("sign", id_="said-before", update_id="later")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await case.give("progress", id_="said-before", update_id="other")

    assert first == again
    assert ["signed"] == case.kinds(after=3)
    assert isinstance(refused.value.cause, ApplicationError)
    assert ID_REUSED == refused.value.cause.type


async def test_who_follows_a_case_still_hears_of_its_end(town: Town) -> None:
    main, other = await town.open(plan()), await town.open(plan())
    await other.give(Merge(into=main.plan.case_id, reason="The same stalls."))
    await main.has_rows(4)
    for case in (main, other):
        await lose(case)
    for case in (main, other):
        assert await go_on(case)
    for kind in ("sign", "resolve", "verify"):
        await main.give(kind)
    await main.give(Close(callback=Callback.SATISFIED, note="Gone."))
    for case in (main, other):
        await case.handle.result()

    assert ["merged", "closed", "archived"] == other.kinds(after=3)


async def test_one_that_runs_is_left_alone(town: Town) -> None:
    case = await town.open(plan())
    before = (await case.handle.describe()).run_id

    assert not await go_on(case)
    assert before == (await case.handle.describe()).run_id


async def listed_under(case: OpenCase) -> dict[str, object]:
    shown = (await case.handle.describe()).typed_search_attributes
    return {pair.key.name: pair.value for pair in shown if pair.key.name in REGISTRY}


async def test_the_screen_and_the_lists_are_as_before(real_town: Town) -> None:
    case = await real_town.open(plan(tier=Tier.DIRECT))
    await case.give(RaiseTier(to=Tier.ASSIGN, reason="The squad cannot do this alone."))
    await case.give("sign")
    before, listed = await case.details(), await listed_under(case)
    await lose(case)
    await go_on(case)
    described = await case.handle.describe()

    assert before == await case.details()
    assert listed == await listed_under(case)
    assert f"{case.plan.case_id} Street stalls" == await described.static_summary()
    assert "AssignCase" == described.workflow_type


@pytest.fixture
def the_town(town: Town) -> Callable[[], Town]:
    """Called for, because hypothesis prints what a failing test was given, row by row."""
    return lambda: town


BEFORE_WORK = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_TIMER_FIRED,
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED,
    EventType.EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED,
}


async def settle(*cases: OpenCase) -> None:
    """Until nobody works and each has heard what the other told it.

    This server never skips again once a run ends that is at work, or that is told something after.
    """
    while not await at_peace(*cases):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def at_peace(*cases: OpenCase) -> bool:
    for receiver in cases:
        if not await rests(receiver):
            return False
        # A case also tells itself something: to confirm what it has reserved.
        waits = any(unheard(sender, receiver) for sender in cases)
        if waits and await receiver.is_running():
            return False
    return True


async def rests(case: OpenCase) -> bool:
    history = await case.handle.fetch_history()
    return not await case.is_running() or history.events[-1].event_type not in BEFORE_WORK


def unheard(sender: OpenCase, receiver: OpenCase) -> set[str]:
    to = receiver.plan.case_id
    told = {errand.message.id for errand in sent_by(sender.events()) if errand.to == to}
    return told - {event.command_id for event in receiver.events()}


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=scripts(), losses=st.sets(st.integers(0, 19), min_size=3))
async def test_whatever_happens_and_whenever_it_is_lost_is_what_the_pure_rules_give(
    the_town: Callable[[], Town], script: Script, losses: set[int]
) -> None:
    town = the_town()
    cases = await begun(town, script)
    play = Play(town, *cases)
    for number, (other, step) in enumerate(script.steps):
        await play.step(other=other, step=step, number=number)
        if number not in losses:
            continue
        await settle(*cases)
        for case in cases:
            if await case.is_running():
                await lose(case)
                assert await go_on(case)

    for case in cases:
        assert case.rows == await rederived(case)
        assert case.shown() == case.read_model()
