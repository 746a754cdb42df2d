from collections.abc import AsyncIterator

import pytest

from gateways import dead_letters
from gateways.kafka.admin import TopicSpec, ensure_topics
from tests.integration.promises import broker
from tests.integration.promises.events import event, settled
from tests.integration.promises.town import Servers, Town, open_town


@pytest.fixture
async def narrow_town(servers: Servers) -> AsyncIterator[Town]:
    """All records come one after the other."""
    async with open_town(servers, partitions=1) as opened:
        yield opened


async def test_a_record_that_failed_before_the_process_died_still_gets_its_outcome(
    narrow_town: Town,
) -> None:
    """Promise 1: the first record cannot be put away, the next one becomes a case, and then the
    process dies.
    """
    town = narrow_town
    nowhere = f"{town.name}.not-there-yet"
    bad, good = event(town.source, "bad").but(value=b"not JSON"), settled(town.source, "good")
    await town.publish(bad, good)
    await town.worker.start()
    await town.intake.launch(SANBAN_DEAD_LETTERS_TOPIC=nowhere)
    await town.until(town.cases, lambda cases: cases == {good.case_id})
    await town.until(lambda: town.intake.ask("/readyz"), lambda answer: nowhere in answer[1])

    assert await town.outcomes() == {}  # or the failed one would be lost now
    assert await town.lag() == 2

    town.intake.kill()
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(nowhere, 1)])
    await town.intake.start()
    outcomes = await town.until_decided(2)
    [letter] = await broker.read(town.servers.kafka.bootstrap, nowhere)

    assert outcomes == {"rejected": 1, "accepted": 1}
    assert letter.value == bad.value
    assert dict(letter.headers)[dead_letters.REASON] == b"not_json"
    assert await town.until(town.lag, lambda lag: lag == 0) == 0
    assert await town.faults() == []
