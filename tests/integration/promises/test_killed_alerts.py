"""A worker that is killed raises an alert over what a relay really shows.

That each process's death raises its own is in tests/deploy/test_one_machine.py.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest

from gateways.kafka.admin import TopicSpec, ensure_topics
from tests.deploy.firing import firing, series_of
from tests.integration.promises.events import event
from tests.integration.promises.relays import RelayProcess
from tests.integration.promises.services import IntakeProcess, Service, WorkerProcess
from tests.integration.promises.town import Town

LATE = "UPDATE sanban.cases SET next_at = now() - interval '11 minutes'"


@pytest.fixture
async def running(town: Town) -> AsyncIterator[dict[str, Service]]:
    topic = f"{town.name}.case-events"
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(topic, 1)])
    environment = {**town.environment, "SANBAN_CASE_EVENTS_TOPIC": topic}
    found = dict[str, Service]()
    async with AsyncExitStack() as stack:
        for kind in (IntakeProcess, WorkerProcess, RelayProcess):
            process = kind(town.directory / f"one-{kind.name}", environment)
            stack.push_async_callback(process.stop)
            await process.start()
            found[kind.name] = process
        yield found


async def test_a_relay_shows_that_no_worker_acts(
    town: Town, running: dict[str, Service], tmp_path: Path
) -> None:
    """A counter of the worker stands still whether it is dead or has nothing to do."""
    await town.publish(event(town.source, "1"))
    await town.until_cases(1)
    await running["worker"].stop()
    with psycopg.connect(town.servers.postgres.dsn(dbname=town.name), autocommit=True) as owner:
        owner.execute(LATE)

    async def shown() -> dict[str, float]:
        _, text = await running["relay"].ask("/metrics")
        return dict(series_of(text, "relay"))

    def is_late(series: dict[str, float]) -> bool:
        return any(v > 600 for name, v in series.items() if name.startswith("sanban_moments"))

    series = await town.until(shown, is_late)
    [fired] = await asyncio.to_thread(firing, {"relay": series}, [[]], tmp_path)

    assert fired & {"SanbanMomentsWait", "SanbanNoRelay"} == {"SanbanMomentsWait"}
