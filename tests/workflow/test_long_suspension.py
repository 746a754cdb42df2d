"""Promise 26: who waits long costs little, and thousands of comments lose none."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from typing_extensions import override

from domain.case.handling.acts import Comment
from domain.case.suspension.acts import Suspend
from domain.sla.clocks import Measure
from domain.vocabulary import Stage
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.wiring.temporal import DATA_CONVERTER
from schemas.commands import CommandAnswer
from tests.builders import plan
from tests.town import hours
from tests.workflow.cases import OpenCase, Town, at_work, real
from tests.workflow.looks import deadlines, facts
from workflows.search_attributes import REGISTRY

DAYS = timedelta(days=90)
COMMENTS, AT_ONCE = 2000, 10
"""Ten is how many Updates the server takes of a case at a time."""
ASKED_AFTER = 1200
"""Events, after which the server here asks for a new run; others do so after 4096."""
EVENTS_OF_A_COMMENT = 7


class TightTemporal(EmbeddedTemporal):
    """Less cramped than CrampedTemporal, because no run of a case is shorter than a second."""

    @override
    def command(self) -> list[str]:
        limit = f"limit.historyCount.suggestContinueAsNew={ASKED_AFTER}"
        return [*super().command(), "--dynamic-config-value", limit]


@pytest.fixture
async def tight_town(servers_directory: Path) -> AsyncIterator[Town]:
    directory = servers_directory / "temporal-tight"
    async with TightTemporal(directory, search_attributes=REGISTRY) as server:
        client = await Client.connect(server.address, data_converter=DATA_CONVERTER)
        async with at_work(real(client)) as town:
            yield town


async def test_ninety_days_of_suspension_cost_one_timer_and_its_comments_no_more_than_others(
    town: Town,
) -> None:
    case = await town.open(plan(measure=Measure.CONTINUOUS))
    promised = await deadlines(case)
    until = await town.now() + DAYS
    await case.give(Suspend(reason="Frost.", measures="A fence.", until=until))
    suspended = case.events()[-1].at
    spent = []
    for _ in range(9):
        # The timer from before the suspension may still ring, in vain, in its first days.
        await town.until(await town.now() + DAYS / 10)
        await case.give("comment")
        spent.append(await cost(case))
    await town.until(until + hours(1))
    moved = {clock: at - promised[clock] for clock, at in (await deadlines(case)).items()}

    assert 1 == len({timers for timers, _ in spent})
    assert spent[-1][1] - spent[0][1] <= 8 * EVENTS_OF_A_COMMENT
    assert ["suspended", *["commented"] * 9, "resumed"] == case.kinds(after=3)
    assert {"citizen", "sign", "first", "holder"} == {*moved}
    assert {until - suspended} == {*moved.values()}


async def cost(case: OpenCase) -> tuple[int, int]:
    """How many timers were set, and how long the history is."""
    timers = await case.history(EventType.EVENT_TYPE_TIMER_STARTED)
    return timers, (await case.handle.describe()).history_length


async def test_thousands_of_comments_on_a_suspended_case_stay_within_its_history_and_lose_nothing(
    tight_town: Town,
) -> None:
    """Suspended 90 days ago, and begun again from the journal."""
    now = await tight_town.now()
    frost = Suspend(reason="Frost.", measures="A fence.", until=now + hours(1))
    case = await tight_town.begin_again(plan(), now - DAYS, then=[frost])
    known, answers = len(case.rows), list[CommandAnswer]()
    for batch in range(0, COMMENTS, AT_ONCE):
        said = [Comment(text=f"Still frozen ({n}).") for n in range(batch, batch + AT_ONCE)]
        answers += await asyncio.gather(*map(case.give, said))
    await case.give("resume")
    state = await case.state()
    runs = await runs_of(case)

    assert [*range(known + 1, known + COMMENTS + 1)] == sorted(answer.seq for answer in answers)
    said_of = {fact.text for fact in facts(case, "commented")}
    assert {f"Still frozen ({n})." for n in range(COMMENTS)} == said_of
    assert Stage.DISPATCHED == state.stage
    assert state.suspended_until is None
    assert len(runs) > 1
    assert max(runs) < 2 * ASKED_AFTER


async def runs_of(case: OpenCase) -> list[int]:
    """How many events each run has."""
    id_, lengths = case.handle.id, list[int]()
    run: str | None = (await case.handle.describe()).run_id
    while run:
        history = await case.town.client.get_workflow_handle(id_, run_id=run).fetch_history()
        lengths.append(len(history.events))
        started = history.events[0].workflow_execution_started_event_attributes
        run = started.continued_execution_run_id
    return lengths
