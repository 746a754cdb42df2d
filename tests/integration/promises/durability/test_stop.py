"""SIGTERM: a process ends by itself, soon, and nothing is lost by it."""

import asyncio

import pytest

from runtime.embedded.ports import LOOPBACK, free_port
from tests.integration.promises.events import event
from tests.integration.promises.people import HANDLED
from tests.integration.promises.services import IntakeProcess, Service, WorkerProcess
from tests.integration.promises.town import Town

CASES = 60


async def test_a_process_asked_to_stop_under_load_ends_well_and_loses_nothing(town: Town) -> None:
    events = [event(town.source, f"E-{number:03}") for number in range(CASES)]
    await town.start()
    async with asyncio.TaskGroup() as crowd:
        crowd.create_task(town.publish_all(events))
        crowd.create_task(town.people.play({each.case_id: HANDLED for each in events}))
        await town.until_cases(10)
        codes = await asyncio.gather(town.intake.terminate(), town.worker.terminate())
        await town.start()

    assert list(codes) == [0, 0]
    assert await town.until_decided(CASES) == {"accepted": CASES}
    assert await town.faults() == []
    assert await town.until(town.lag, lambda lag: lag == 0) == 0


@pytest.mark.parametrize(
    ("kind", "missing", "setting", "nowhere"),
    [
        (IntakeProcess, "temporal", "TEMPORAL_ADDRESS", "{at}"),
        (WorkerProcess, "postgresql", "SANBAN_DATABASE_URL", "postgresql://sanban_app@{at}/sanban"),
    ],
    ids=["intake", "worker"],
)
async def test_a_process_that_waits_for_a_server_can_be_stopped(
    kind: type[Service], missing: str, setting: str, nowhere: str, town: Town
) -> None:
    process = kind(town.directory / "waiting", town.environment)
    await process.launch(**{setting: nowhere.format(at=f"{LOOPBACK}:{free_port()}")})
    status, why = await town.until(lambda: process.ask("/readyz"), lambda answer: answer[0])
    alive, _ = await process.ask("/livez")

    assert status == 503
    assert alive == 200
    assert missing in why
    assert await process.terminate() == 0
