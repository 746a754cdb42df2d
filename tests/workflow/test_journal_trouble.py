"""When the journal fails, hangs behind or knows more: nothing is lost, nothing is written twice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from activities.options import AT_ONCE
from domain.case.escalation.facts import RungReached
from domain.case.handling.acts import Comment
from domain.sla.clocks import Measure
from domain.vocabulary import Role, Stage, Tier
from tests.builders import ACTORS, plan
from tests.workflow.cases import Town


async def test_a_journal_that_fails_twice_is_tried_again_by_the_server(town: Town) -> None:
    """Twice at once; then as an activity of its own, so that the case can be reached meanwhile."""
    case = await town.open(plan())
    town.journal.failures = 2
    answer = await case.give("sign")

    assert ["locally", "locally", "normally"] == town.journal.tries[1:]
    assert 4 == answer.seq
    assert Stage.SIGNED == answer.stage


async def test_while_the_journal_is_away_nobody_is_told_anything_that_is_not_in_it(
    town: Town,
) -> None:
    case = await town.open(plan())
    town.journal.away = True
    signing = asyncio.create_task(case.give("sign"))
    await case.has_history(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    saying = asyncio.create_task(case.give(Comment(text="Is anybody there?")))
    await case.has_history(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED, 2)
    meanwhile = await case.state()
    answered = [task for task in (signing, saying) if task.done()]
    town.journal.away = False
    answers = [await signing, await saying]

    assert Stage.DISPATCHED is meanwhile.stage
    assert [] == answered
    assert [4, 5] == [answer.seq for answer in answers]
    assert ["signed", "commented"] == case.kinds(after=3)


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_an_answer_of_the_journal_that_is_lost_does_not_write_a_row_twice(
    town: Town, lost: int
) -> None:
    case = await town.open(plan())
    town.journal.lost_answers = lost
    await case.give("sign")
    await case.give("progress")

    assert ["signed", "progressed"] == case.kinds(after=3)


def fill_up(town: Town) -> Callable[[], None]:
    town.journal.full = True

    def make_room() -> None:
        town.journal.full = False

    return make_room


def lose_the_tail(town: Town) -> Callable[[], None]:
    """As a backup from yesterday would."""
    whole = dict(town.journal.rows)
    town.journal.rows = {case: rows[:-1] for case, rows in whole.items()}

    def restore() -> None:
        town.journal.rows = whole

    return restore


@pytest.mark.parametrize("breaking", [fill_up, lose_the_tail])
async def test_what_no_repetition_can_mend_stops_the_case_and_loses_nothing(
    real_town: Town, breaking: Callable[[Town], Callable[[], None]]
) -> None:
    """Its workflow task fails and waits for a person; the workflow itself never does."""
    case = await real_town.open(plan())
    mend = breaking(real_town)
    signing = asyncio.create_task(case.give("sign"))
    await case.has_history(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    running, answered = await case.is_running(), signing.done()
    mend()
    answer = await signing

    assert running
    assert not answered
    assert 4 == answer.seq
    assert ["signed"] == case.kinds(after=3)


async def test_what_turns_out_beyond_mending_later_can_be_mended_too(real_town: Town) -> None:
    """The failure is in the history then, but it must not be the last word."""
    case = await real_town.open(plan())
    real_town.journal.away = True
    signing = asyncio.create_task(case.give("sign"))
    await case.has_history(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    make_room = fill_up(real_town)
    await case.has_history(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    real_town.journal.away = False
    make_room()
    answer = await signing

    assert await case.history(EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
    assert 4 == answer.seq


async def test_another_worker_goes_on_from_the_history_alone(real_town: Town) -> None:
    case = await real_town.open(plan())
    await case.give("sign")
    written = len(real_town.journal.batches)
    await real_town.restart_worker()
    before = await case.state()
    await case.give("progress")

    assert 4 == before.seq
    assert Stage.SIGNED == before.stage
    assert ["signed", "progressed"] == case.kinds(after=3)
    assert written + 1 == len(real_town.journal.batches)


async def test_another_worker_goes_on_where_the_journal_had_given_no_answer_in_time(
    real_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told from the history, a failure by timeout has another shape than at first."""
    case = await real_town.open(plan())
    monkeypatch.setitem(AT_ONCE, "start_to_close_timeout", timedelta(milliseconds=100))
    real_town.journal.silent = 2
    await case.give("sign")
    tries = real_town.journal.tries[1:]
    await real_town.restart_worker()
    await case.give("progress")

    assert ["locally", "locally", "normally"] == tries[:3]
    assert ["signed", "progressed"] == case.kinds(after=3)


# --- A worker that died after the commit, before Temporal knew. What it wrote is what happened.


async def test_an_opening_that_was_written_before_is_where_the_case_begins(
    real_town: Town,
) -> None:
    await real_town.stop_worker()
    case = await real_town.submit(plan())
    earlier = await real_town.now() - timedelta(seconds=9)
    await case.write_as_before("open", earlier)
    await real_town.start_worker()
    await case.give("sign")

    assert earlier == (await case.state()).opened_at
    assert ["received", "triaged", "dispatched", "signed"] == case.kinds()


async def test_a_command_that_was_written_before_counts_and_the_next_one_follows_it(
    town: Town,
) -> None:
    """Its caller never got an answer, and may ask again or not; somebody else asks first."""
    case = await town.open(plan())
    await case.write_as_before("sign", await town.now() - timedelta(seconds=1), id_="s-1")
    comment = await case.give("comment")
    progress = await case.give("progress")
    again = await case.give("sign", id_="s-1")

    assert ["signed", "commented", "progressed"] == case.kinds(after=3)
    assert [4, 5, 6] == [again.seq, comment.seq, progress.seq]


async def test_a_command_that_was_written_before_is_not_written_again(town: Town) -> None:
    case = await town.open(plan())
    await case.write_as_before("sign", await town.now() - timedelta(seconds=1), id_="s-1")
    answer = await case.give("sign", id_="s-1")

    assert 4 == answer.seq
    assert ["signed"] == case.kinds(after=3)


async def test_a_command_that_lost_its_place_to_one_written_before_is_decided_anew(
    town: Town,
) -> None:
    """Of two that sign, the first in the journal has signed; the other one is refused."""
    case = await town.open(plan())
    await case.write_as_before("sign", await town.now() - timedelta(seconds=1), id_="s-1")
    with pytest.raises(Exception, match="Workflow update failed"):
        await case.give("sign", by=ACTORS[Role.UNIT_HEAD], id_="s-2")

    assert ["signed", "command_refused"] == case.kinds(after=3)


async def test_a_rung_that_was_reached_before_is_not_reached_again(town: Town) -> None:
    opened = await town.now() - timedelta(minutes=70)
    pinned = plan(tier=Tier.DIRECT, measure=Measure.CONTINUOUS)
    case = await town.begin_again(pinned, opened, rang_at=opened + timedelta(minutes=65))
    await town.until(opened + timedelta(minutes=100))
    facts = [event.fact for event in case.events()]
    rungs = [(fact.clock, fact.rung) for fact in facts if isinstance(fact, RungReached)]

    assert [("sign", "amber"), ("sign", "red"), ("first", "amber")] == rungs


async def test_a_case_that_is_reset_to_its_beginning_catches_up_with_its_journal(
    real_town: Town,
) -> None:
    """What an operator does to get a case out of a broken run; nobody has to act again."""
    case = await real_town.open(plan())
    for kind in ("sign", "progress", "comment"):
        await case.give(kind)
    client = real_town.client
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=case.handle.id),
            reason="test",
            request_id="reset-1",
            workflow_task_finish_event_id=4,
        )
    )
    await case.give("resolve")
    state = await case.state()

    assert ["signed", "progressed", "commented", "resolved"] == case.kinds(after=3)
    assert Stage.RESOLVED == state.stage
    assert 7 == state.seq
