"""Screens in PostgreSQL: who made them is journaled, and their escalations are rungs."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from domain.case.commands import ENGINE
from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.sla.ladders import Action, Late
from schemas.journal import body_of
from schemas.records import Batch
from schemas.screens import Escalation, Screen, screen_digest_of
from store.connection import Database
from store.console.screens import NoChange, PostgresScreens
from store.journal.operations import Operation
from store.journal.rows import PostgresJournal
from tests.integration.stages import row

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
HALL = Screen(screen_digest_of("token"), "youchegang", "大厅", AT)
OPERATIONS = "SELECT body FROM sanban.journal WHERE case_id = 'operations/youchegang' ORDER BY seq"


def act(kind: str) -> Operation:
    return Operation("o-1", kind, AT, "youchegang", "ruan-fang", "for the hall", "大厅")


async def test_a_screen_is_made_found_by_its_token_and_removed(database: Database) -> None:
    screens = PostgresScreens(database)
    await screens.add(act("screen_added"), HALL)

    assert await screens.find(screen_digest_of("token")) == HALL
    assert await screens.find(screen_digest_of("guess")) is None
    assert await screens.listed("youchegang") == [HALL]
    with pytest.raises(NoChange):
        await screens.add(act("screen_added"), HALL)
    await screens.remove(act("screen_removed"))
    with pytest.raises(NoChange):
        await screens.remove(act("screen_removed"))

    kinds = [json.loads(body)["kind"] for (body,) in await database.fetch(OPERATIONS)]
    assert kinds == ["screen_added", "screen_removed"]
    assert await screens.find(HALL.sha256) is None


async def test_the_latest_escalations_are_rungs_of_the_town_from_the_urge_on(
    database: Database, journal: PostgresJournal
) -> None:
    for number, (tenant, level) in enumerate(
        [("youchegang", 1), ("youchegang", 2), ("other", 4), *[("youchegang", 3)] * 10]
    ):
        case, at = f"case-{number:02}", AT + timedelta(minutes=number)
        fact = RungReached(
            clock="holder",
            rung="r",
            level=level,
            action=Action.URGE,
            outcome=Late.FIRE,
            moment=at,
            late=False,
        )
        body = body_of(case, Event(1, at, ENGINE, "ring", "ring", fact)).decode()
        await journal.append(
            Batch(case_id=case, first_seq=1, bodies=(body,), row=row(case, 1, tenant=tenant))
        )

    found = await PostgresScreens(database).escalations("youchegang")

    assert [each.case_id for each in found] == [f"case-{n:02}" for n in range(12, 2, -1)]
    assert found[0] == Escalation(
        AT + timedelta(minutes=12), 3, "case-12", "noise", "g-07", "chengguan"
    )
