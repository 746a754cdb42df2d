"""Promise 23: kill any process once, under load."""

import asyncio
from itertools import cycle

import pytest

from runtime.embedded.child_server import ChildServer
from tests.integration.promises.events import event
from tests.integration.promises.people import HANDLED, WITHDRAWN, WORKED_AT
from tests.integration.promises.town import Town

CASES = 200
STORIES = (HANDLED, WITHDRAWN, WORKED_AT, WITHDRAWN)

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


def named(town: Town, victim: str) -> ChildServer:
    return {
        "intake": town.intake,
        "worker": town.worker,
        "kafka": town.servers.kafka,
        "temporal": town.servers.temporal,
        "postgresql": town.servers.postgres,
    }[victim]


@pytest.mark.parametrize(
    ("victim", "opened", "answered"),
    [
        ("intake", 20, 0),  # some cases are begun, and their outcomes not yet kept
        ("kafka", 20, 0),
        ("worker", CASES, 100),
        ("temporal", CASES, 100),
        ("postgresql", CASES, 100),
    ],
)
async def test_nothing_is_lost_and_nothing_is_twice_when_one_is_killed_under_load(
    victim: str, opened: int, answered: int, mortal_town: Town
) -> None:
    """Promise 23: 200 cases in flight, people acting on them, one kill -9, one restart."""
    town = mortal_town
    events = [event(town.source, f"E-{number:03}") for number in range(CASES)]
    stories = dict(zip((each.case_id for each in events), cycle(STORIES), strict=False))
    await town.start()
    async with asyncio.TaskGroup() as crowd:
        crowd.create_task(town.publish_all(events))
        crowd.create_task(town.people.play(stories))
        await town.until_cases(opened)
        await town.until(town.answered, lambda answers: answers >= answered)
        named(town, victim).kill()
        await named(town, victim).start()
    records = await town.records()
    outcomes = await town.until_decided(len(records))

    assert await town.faults() == []
    assert town.people.refusals == {}
    assert await town.cases() == set(stories)
    assert outcomes["accepted"] == CASES
    assert await town.until(town.workflows, lambda runs: runs >= CASES) == CASES
    assert await town.until(town.lag, lambda lag: lag == 0) == 0
