import pytest

from runtime.embedded.child_server import ChildServer
from tests.integration.promises.events import settled
from tests.integration.promises.town import Town

FEW = 20

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


@pytest.mark.parametrize(
    ("away", "named"),
    [("temporal", "temporal"), ("postgres", "postgresql"), ("kafka", "the broker")],
)
async def test_intake_waits_for_what_is_away_says_so_and_catches_up(
    away: str, named: str, mortal_town: Town
) -> None:
    """Promise 5: it waits, loses nothing, catches up; readiness says why, liveness stays."""
    town = mortal_town
    server: ChildServer = getattr(town.servers, away)
    events = [settled(town.source, f"E-{number:03}") for number in range(3 * FEW)]
    await town.start()
    await town.publish_all(events[:FEW])
    await town.until_decided(FEW)
    if away == "kafka":
        await town.publish_all(events[FEW : 2 * FEW])  # may or may not be taken in before
        server.kill()
    else:
        server.kill()
        await town.publish_all(events[FEW : 2 * FEW])
    status, _ = await town.until(
        lambda: town.intake.ask("/readyz"), lambda answer: named in answer[1]
    )
    alive, _ = await town.intake.ask("/livez")

    assert status == 503
    assert alive == 200

    await server.start()
    await town.publish_all(events[2 * FEW :])
    outcomes = await town.until_decided(3 * FEW)
    await town.until_cases(3 * FEW)
    for process in (town.intake, town.worker):
        await town.until(process.ready, lambda ready: ready)

    assert outcomes["accepted"] == 3 * FEW
    assert await town.faults() == []
