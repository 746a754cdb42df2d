"""Promise 23, for half a minute; `make chaos` does the same for five."""

import logging
import os
import secrets

import pytest

from tests.chaos.plan import planned
from tests.chaos.soak import Options, soak
from tests.chaos.stand import kinds
from tests.fakes.kafka_group import broker_going_away
from tests.limits import TEST_S

SECONDS = 20.0
LIVES = 10


def seed() -> int:
    """The same in CI, so that a red run means a change; another one at every desk."""
    return 23 if os.environ.get("CI") else secrets.randbelow(1_000_000)


@pytest.mark.timeout(4 * TEST_S)  # three servers and five processes recover from many kills
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_nothing_is_lost_and_nothing_is_twice_whoever_is_killed_when_under_load() -> None:
    """Each kind of process once at least, then all comes to rest and is reckoned."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # it is away on purpose
    options = Options(seed(), SECONDS, at_once=LIVES)
    victims = {kill.victim for kill in planned(options.seed, SECONDS, kinds(cluster=False))}
    with broker_going_away():
        result = await soak(options, print)

    assert victims == set(kinds(cluster=False))
    assert not result.faults, f"\n{result}"


@pytest.mark.parametrize("seconds", [20.0, 300.0])
def test_a_seed_repeats_its_plan_and_every_process_has_its_turn(seconds: float) -> None:
    processes = [*kinds(cluster=True), "intake2", "worker2", "relay2"]
    plan = planned(1, seconds, processes)
    times = [kill.at for kill in plan]

    assert planned(1, seconds, processes) == plan != planned(2, seconds, processes)
    assert {kill.victim for kill in plan} == set(processes)
    assert sorted(times) == times
    assert 0 <= times[0] < times[-1] <= seconds
