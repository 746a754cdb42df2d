from collections.abc import AsyncIterator

import pytest

from tests.integration.promises.events import event, settled
from tests.integration.promises.town import Servers, Town, open_town

GOOD, BAD = 20, 300


@pytest.fixture
async def narrow_town(servers: Servers) -> AsyncIterator[Town]:
    async with open_town(servers, partitions=1) as opened:
        yield opened


async def test_intake_stops_and_says_so_when_most_records_are_unreadable(
    narrow_town: Town,
) -> None:
    """Promise 6: rather than diverting everything to the dead letters; until somebody says so."""
    town = narrow_town
    await town.start()
    await town.publish_all(settled(town.source, f"G-{number}") for number in range(GOOD))
    await town.until_decided(GOOD)
    await town.publish_all(
        event(town.source, f"B-{number}").but(value=b"garbage") for number in range(BAD)
    )
    status, _ = await town.until(
        lambda: town.intake.ask("/readyz"), lambda answer: "cannot become a case" in answer[1]
    )
    diverted = (await town.outcomes()).get("rejected", 0)

    assert status == 503
    assert diverted < BAD / 2 < await town.lag()
    assert len(await town.dead_letters()) == diverted
    assert '"reasons": {"not_json":' in town.intake.log_tail()

    town.intake.kill()
    await town.intake.launch(SANBAN_REJECT_CEILING="1")
    outcomes = await town.until_decided(GOOD + BAD)

    assert outcomes == {"accepted": GOOD, "rejected": BAD}
    assert await town.until(town.lag, lambda lag: lag == 0) == 0
