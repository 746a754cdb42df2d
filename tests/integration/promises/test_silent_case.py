"""One case that gives no answer holds up nobody else, neither on its partition nor on its topic."""

from collections.abc import AsyncIterator

import pytest

from domain.complaints import workflow_id_of
from schemas.events.follow_ups import SUPPLEMENTED
from tests.integration.promises.events import TENANT, event
from tests.integration.promises.test_case_commands import PROGRESS, SIGN, command, decided, send
from tests.integration.promises.test_follow_ups import later, told
from tests.integration.promises.town import Servers, Town, open_town


@pytest.fixture
async def narrow_town(servers: Servers) -> AsyncIterator[Town]:
    """All records come one after the other."""
    async with open_town(servers, partitions=1) as opened:
        yield opened


async def test_a_case_whose_workflow_is_gone_holds_up_nobody_else(narrow_town: Town) -> None:
    """Somebody ended its workflow by hand; the journal says that the case is open."""
    town = narrow_town
    await town.start()
    gone, noise = event(town.source, "gone"), event(town.source, "noise")
    await town.publish(gone, noise)
    await town.until_cases(2)
    client = town.people.cases.client
    await client.get_workflow_handle(workflow_id_of(TENANT, gone.case_id)).terminate("by hand")

    await send(
        town,
        command(town, gone.case_id, SIGN, "1-gone"),
        command(town, noise.case_id, SIGN, "2-sign"),
        command(town, gone.case_id, PROGRESS, "3-gone"),
        command(town, noise.case_id, PROGRESS, "4-work"),
    )
    after = event(town.source, "after")
    await town.publish(later(gone, "5-more", SUPPLEMENTED, text="今晚又响了"), after)
    decisions = await decided(town, 4)
    await town.until_cases(3)
    receipts = await town.until(lambda: told(town), lambda found: "after" in found)

    assert {d.event_id: d.outcome.value for d in decisions} == {
        "1-gone": "parked",
        "2-sign": "accepted",
        "3-gone": "parked",
        "4-work": "accepted",
    }
    assert receipts["5-more"] == ["parked"]
    assert receipts["after"] == ["accepted"]
    reasons = {each["event_id"]: each.get("reason") for each in await town.receipts()}
    assert reasons["1-gone"] == reasons["5-more"] == "case_silent"
    assert reasons["3-gone"] == "behind_another"
    assert await town.until(town.lag, lambda lag: lag == 0) == 0
