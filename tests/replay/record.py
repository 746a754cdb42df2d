"""Record the lives of cases that every later version must replay: `python -m tests.replay.record`.

Only stories without a recorded journal are played: what is recorded stays, because running cases
began so. To record a story of rules that no case runs yet once more, delete its files first.

Each run of a case becomes histories/<WorkflowType>-<story>.json (a number when a story has several
runs of one type); its journal, histories/<story>.journal.jsonl, a row a line.
"""

import asyncio
import json
import logging
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHistory

from domain.policy.model import Policy
from domain.vocabulary import Tier
from packs import pack_of
from runtime.cli.demo.speed import speeded
from runtime.embedded.child_server import temporary_directory
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.wiring.packs import HOLIDAYS
from runtime.wiring.temporal import DATA_CONVERTER
from store.packs.loader import load_pack
from tests.replay.stage import Stage
from tests.replay.stories import STORIES, Story
from tests.servers.cramped_temporal import CrampedTemporal
from tests.workflow.cases import OpenCase, Town, at_work, real
from workflows.search_attributes import REGISTRY

HISTORIES = Path(__file__).parent / "histories"
NEEDLESS = ("stackTrace", "identity", "taskId")
"""Of the machine where it was recorded; a replay does not look at them."""


async def record() -> None:
    HISTORIES.mkdir(exist_ok=True)
    new = [each for each in STORIES if not (HISTORIES / f"{each.name}.journal.jsonl").exists()]
    pack = pack_of("youchegang")
    policy = load_pack(pack, HOLIDAYS)
    with temporary_directory() as directory:
        for server, cramped in (
            (EmbeddedTemporal(directory / "usual", search_attributes=REGISTRY), False),
            (CrampedTemporal(directory / "cramped", search_attributes=REGISTRY), True),
        ):
            async with server:
                client = await Client.connect(server.address, data_converter=DATA_CONVERTER)
                for story in new:
                    if story.cramped is cramped:
                        await _play(real(client), policy, story)


async def _play(town: Town, policy: Policy, story: Story) -> None:
    faster = speeded(policy, story.speed)
    town.task_queue = story.name
    town.desk.people = faster.roster
    town.desk.policies = {faster.hash: faster}
    town.desk.helping = tuple(
        unit.id for unit in faster.units if not faster.may_lead(unit.id, Tier.ASSIGN)
    )
    town.desk.known = tuple(unit.id for unit in faster.units)
    async with at_work(town):
        await story.tell(Stage(town, faster))
        for number, case in enumerate(town.cases, 1):
            name = story.name if number == 1 else f"{story.name}-beside"
            await _write(case, name)
            sys.stdout.write(f"{name}: {len(case.rows)} rows\n")


async def _write(case: OpenCase, name: str) -> None:
    (HISTORIES / f"{name}.journal.jsonl").write_text("".join(f"{row}\n" for row in case.rows))
    runs: Counter[str] = Counter()
    async for run in _runs(case):
        kind = run.events[0].workflow_execution_started_event_attributes.workflow_type.name
        runs[kind] += 1
        number = f"-{runs[kind]}" if runs[kind] > 1 else ""
        (HISTORIES / f"{kind}-{name}{number}.json").write_text(_text(run))


def _text(run: WorkflowHistory) -> str:
    """Return a history as text, an event a line."""
    plain = _without(json.loads(run.to_json()), NEEDLESS)
    events = ",\n".join(json.dumps(event) for event in plain["events"])
    return f'{{"events": [\n{events}\n]}}\n'


def _without(value: Any, names: Collection[str]) -> Any:
    match value:
        case dict():
            kept = {k: v for k, v in value.items() if k not in names}
            # A payload is base64, in which a short name of a machine may stand by chance.
            return {k: v if k == "data" else _without(v, names) for k, v in kept.items()}
        case list():
            return [_without(each, names) for each in value]
        case str():
            return value.replace(socket.gethostname(), "recorder")
        case _:
            return value


async def _runs(case: OpenCase) -> AsyncIterator[WorkflowHistory]:
    """Return every run of the case, first to last."""
    last = await case.handle.fetch_history()
    run_id = last.events[0].workflow_execution_started_event_attributes.first_execution_run_id
    while run_id:
        handle = case.town.client.get_workflow_handle(case.handle.id, run_id=run_id)
        history = await handle.fetch_history()
        yield history
        end = history.events[-1].workflow_execution_continued_as_new_event_attributes
        run_id = end.new_execution_run_id


if __name__ == "__main__":
    logging.disable()  # some stories are about failures
    asyncio.run(record())
    sys.stdout.flush()
    os._exit(0)  # Temporal's threads abort one ordinary exit in twelve
