"""Cases that were recorded once go on under today's code: the same steps, the same journal.

When one of these fails, live cases would stop. Put the change behind workflow.patched(); or, as
long as no case runs the old code anywhere, delete the story's files and `make record` it once more.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from domain.case.evolve import fold
from domain.planning.plans import RULES
from runtime.jobs.histories.replayed_rows import ReplayedRows
from runtime.services.worker import runner
from runtime.wiring.temporal import DATA_CONVERTER
from schemas.journal import body_of, event_of
from tests.replay.stories import STORIES
from workflows.registry import WORKFLOWS

HISTORIES = Path(__file__).parent / "histories"
RUNS = sorted(HISTORIES.glob("*Case-*.json"))
NAMES = [story.name for story in STORIES]


def history_of(run: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(run.stem, run.read_text())


def runs_of(story: str) -> list[WorkflowHistory]:
    """In the order in which they ran."""
    histories = [history_of(run) for run in RUNS if re.fullmatch(rf"\w+-{story}(-\d)?", run.stem)]
    return sorted(histories, key=lambda run: run.events[0].event_time.ToNanoseconds())


def rows_of(story: str) -> list[str]:
    return (HISTORIES / f"{story}.journal.jsonl").read_text().splitlines()


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.stem)
async def test_a_recorded_history_still_replays(run: Path) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS,
        data_converter=DATA_CONVERTER,
        workflow_runner=runner(sandboxed=True),
    )

    await replayer.replay_workflow(history_of(run))


@pytest.mark.parametrize("story", NAMES)
async def test_a_replay_writes_the_journal_that_was_written(story: str) -> None:
    """The replayer compares steps, not what they carry; the journal must not change either."""
    written = ReplayedRows()
    replayer = Replayer(
        workflows=WORKFLOWS,
        data_converter=DATA_CONVERTER,
        workflow_runner=runner(sandboxed=False),
        interceptors=[written],
    )
    for run in runs_of(story):
        await replayer.replay_workflow(run)

    rows: list[str] = []
    for batch in written.take():
        rows[batch.first_seq - 1 :] = batch.bodies
    assert rows_of(story) == rows


@pytest.mark.parametrize("story", NAMES)
def test_a_recorded_journal_still_folds_and_is_written_in_the_same_bytes(story: str) -> None:
    rows: Sequence[str] = rows_of(story)
    events = [event_of(row.encode()) for row in rows]
    case = fold(events)

    assert len(rows) == case.seq
    assert rows == [body_of(case.case_id, event).decode() for event in events]


def test_every_workflow_and_every_story_has_a_recorded_history() -> None:
    types = {run.stem.partition("-")[0] for run in RUNS}

    assert {workflow.__name__ for workflow in WORKFLOWS} == types
    assert [name for name in NAMES if not runs_of(name)] == []


def test_each_revision_of_the_rules_has_cases_that_were_recorded_under_it() -> None:
    plans = [fold([event_of(rows_of(name)[0].encode())]).plan for name in NAMES]

    assert {plan.rules or 1 for plan in plans} == {*range(1, RULES + 1)}


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.stem)
def test_a_recorded_history_is_small_and_names_no_machine(run: Path) -> None:
    text = run.read_text()

    assert len(text) < 300_000
    assert "stackTrace" not in text
    assert "site-packages" not in text
