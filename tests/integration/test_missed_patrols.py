"""A missed patrol is told to people once, by the notifier, when all its misses are journaled."""

from datetime import timedelta
from pathlib import Path

from domain.notifications.notices import notices_of_missed
from domain.patrols.routes import Patrol
from domain.patrols.stops import KeptStop, misses_of
from domain.policy.model import Policy
from store.connection import Database
from store.notifications.deliveries import Deliveries, NoticeRecipient
from store.notifications.missed_patrols import MissedPatrols
from store.packs.loader import load_pack
from store.patrols.patrols import PostgresPatrols
from tests.fakes.packs import HOLIDAYS, PATROLS, written
from tests.integration.notices import NOW, leading
from tests.integration.test_notifying import MAIL, World, eventually, running
from tests.integration.test_store_patrols import (
    EVENING,
    MORNING,
    TENANT,
    act,
    kept,
    market,
    passed,
    town,
    watch,
)

__all__ = ["kept", "market", "town"]


async def test_a_missed_patrol_is_told_once_when_all_its_misses_are_journaled(
    kept: PostgresPatrols, town: Policy, market: Patrol, database: Database
) -> None:
    deliveries, missed = Deliveries(database), MissedPatrols(database)
    await watch(kept, town, MORNING).look()
    await kept.keep_pass(passed(market, "G08"), act("p-1"))
    await kept.keep_misses(TENANT, misses_of(market, [passed(market, "G08")])[:1], EVENING)
    begun = await missed.untold(EVENING)
    await watch(kept, town, EVENING).look()
    found = {each.patrol: each for each in await missed.untold(EVENING)}
    async with leading(deliveries) as lease:
        notices = notices_of_missed(town, found[market.id], EVENING)
        await missed.tell(lease, [*found.values()], notices, EVENING)
        await missed.tell(lease, [*found.values()], notices, EVENING)
        person = NoticeRecipient(TENANT, notices[0].person)
        waiting = [each.notice for each in await deliveries.waiting(person, EVENING)]
        await deliveries.delivered(lease, (waiting[0],), "mailto", EVENING)

    assert begun == []
    assert found[market.id].grids == ("G05", "G06", "G07")
    assert found[market.id].closed_at == EVENING
    assert waiting == [notices[0]]
    assert await missed.untold(EVENING) == []
    assert await deliveries.reports(10) == []


async def test_the_notifier_tells_of_a_missed_patrol_once(
    tmp_path: Path, database: Database
) -> None:
    deliveries = Deliveries(database)
    rule = '{unit: "@holder", role: supervisor}'
    pack = written(tmp_path, patrols=f"{PATROLS}missed:\n  - {rule}\n")
    policy = load_pack(pack, HOLIDAYS)
    world = World(policy, addresses={"an": (MAIL,)})
    kept, day = PostgresPatrols(deliveries.database), NOW.date()
    await kept.watched(policy.tenant, (), NOW - timedelta(hours=3))
    stop = KeptStop(f"round.{day}", "G01", day, "office", passed=False, at=NOW)
    await kept.keep_misses(policy.tenant, [stop], NOW)
    await kept.watched_until(policy.tenant, NOW)
    for _ in range(2):
        async with running(world.notifier(deliveries)):
            await eventually(lambda: world.sent)

    [(address, said, _)] = world.sent
    assert address == MAIL
    assert f"round.{day}" in said.title
