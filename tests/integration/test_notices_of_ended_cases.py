"""A notice that waits is dropped when its case has ended, and the case says so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.case.notices.acts import Failure
from domain.vocabulary import Stage
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.notifications.deliveries import Deliveries
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS, written
from tests.integration.notices import NOW, acts, keep, leading, notice, waiting
from tests.integration.stages import stage
from tests.integration.test_notifying import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(load_pack(written(tmp_path), HOLIDAYS))


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return Deliveries(database)


async def test_a_waiting_notice_is_dropped_when_its_case_has_ended_and_the_case_says_so(
    world: World, deliveries: Deliveries, journal: PostgresJournal
) -> None:
    after = NOW + timedelta(minutes=1)
    cases: tuple[dict[str, Any], ...] = (
        {"stage": Stage.CLOSED, "closed_at": after},
        {"stage": Stage.REFUSED, "closed_at": after},
        {"stage": Stage.IN_PROGRESS},
        {"stage": Stage.MERGED},
        # Its rung fired after its end: this notice is about the ended case.
        {"stage": Stage.REFUSED, "closed_at": NOW - timedelta(hours=1)},
    )
    for number, about in enumerate(cases, start=1):
        await journal.append(stage(f"case-{number}", 1, 1, tenant="hamlet", **about))
    await keep(deliveries, *(notice(number) for number in range(1, 7)))

    await world.notify(deliveries)

    [(_, said, _)] = world.sent
    assert [number for number in range(1, 7) if f"case-{number}" in said.text] == [3, 4, 5, 6]
    dropped = [act for act in await acts(deliveries) if act.failure is Failure.CASE_ENDED]
    assert [(act.row, act.final, act.attempts) for act in dropped] == [(1, True, 0), (2, True, 0)]
    assert not await waiting(deliveries)


async def test_a_message_that_was_begun_is_sent_again_though_its_case_has_ended(
    world: World, deliveries: Deliveries, journal: PostgresJournal
) -> None:
    await keep(deliveries, notice(1))
    async with leading(deliveries) as lease:
        await deliveries.attempt(lease, (notice(1),), "case-1/1/li", NOW, NOW)
    closed: dict[str, Any] = {"stage": Stage.CLOSED, "closed_at": NOW + timedelta(minutes=1)}
    await journal.append(stage("case-1", 1, 1, tenant="hamlet", **closed))

    await world.notify(deliveries)

    assert [id_ for _, _, id_ in world.sent] == ["case-1/1/li"]
