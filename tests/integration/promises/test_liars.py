"""Whoever claims a channel or a role that is not theirs, in the town as it is shipped."""

import json
from collections.abc import AsyncIterator

import pytest

from domain.case.commands import Actor
from domain.vocabulary import Role
from gateways import dead_letters
from packs import pack_of
from schemas.intake import RejectReason
from tests.integration.promises.events import TENANT, Event, event
from tests.integration.promises.test_case_commands import SIGN, command, decided, history, send
from tests.integration.promises.town import Servers, Town, open_town

NOT_ALLOWED = RejectReason.SOURCE_NOT_ALLOWED


@pytest.fixture
async def strict_town(servers: Servers) -> AsyncIterator[Town]:
    """Its sources.yaml counts."""
    async with open_town(servers, pack=pack_of(TENANT)) as opened:
        yield opened


async def test_a_source_claims_only_its_own_channel_and_whom_it_lies_about_is_unharmed(
    strict_town: Town,
) -> None:
    """The lie comes first, under the very source and id of the event that it pretends to be."""
    town = strict_town
    department = f"https://departments.example/{town.name}"
    true, lie = event(department, "1"), event(department, "1", channel="superior")
    stranger = event(f"https://stranger.example/{town.name}", "2")
    await town.publish(lie, stranger, true, lie, true)
    await town.start()

    outcomes = await town.until_decided(5)
    letters = await town.until(town.dead_letters, lambda found: len(found) >= 3)
    receipts = await town.until(town.receipts, lambda found: len(found) >= 5)
    await town.until_cases(1)

    assert outcomes == {"rejected": 3, "accepted": 1, "duplicate": 1}
    assert await town.cases() == {true.case_id}
    assert sorted(letter.value for letter in letters) == sorted(
        each.value or b"" for each in (lie, lie, stranger)
    )
    assert {dict(letter.headers)[dead_letters.REASON] for letter in letters} == {
        b"source_not_allowed"
    }
    told = {r["detail"].partition(":")[0]: r["reason"] for r in receipts if "reason" in r}
    assert told == {"data.channel": NOT_ALLOWED, "source": NOT_ALLOWED}
    assert {r["case_id"] for r in receipts if "reason" not in r} == {true.case_id}


async def test_a_system_acts_only_in_its_own_role_for_its_own_unit(strict_town: Town) -> None:
    town = strict_town
    noise = event(f"https://departments.example/{town.name}", "noise")
    await town.start()
    await town.publish(noise)
    await town.until_cases(1)
    honest = command(town, noise.case_id, SIGN, "1")  # of the unit that has the case

    def said_by(source: str, event_id: str) -> bytes:
        assert honest.value is not None
        told = honest.value.replace(f"{town.source}/office".encode(), source.encode())
        return told.replace(b'"id": "1"', f'"id": "{event_id}"'.encode())

    village = said_by("https://hetang.example/office", f"{town.name}-2")
    reporter = said_by(noise.source, f"{town.name}-3")
    await send(town, honest, honest.but(value=village), honest.but(value=reporter))

    decisions = await decided(town, 3)

    assert [each.reason for each in decisions] == [NOT_ALLOWED] * 3
    assert [each.detail.partition(":")[0] for each in decisions] == [
        "source",
        "data.actor.unit",
        "source",
    ]
    assert "signed" not in {row.fact.kind for row in await history(town, noise.case_id)}


async def test_no_system_gives_a_person_a_role_that_the_roster_does_not_give(
    strict_town: Town,
) -> None:
    """Promise 37, over Kafka: of the desk's own people, the desk answers for who they are."""
    town = strict_town
    noise = event(f"https://departments.example/{town.name}", "noise")
    await town.start()
    await town.publish(noise)
    await town.until_cases(1)
    desk = "https://12345.example/hotline"

    def comment(event_id: str, actor: str, role: str) -> Event:
        honest = command(town, noise.case_id, ("ruan-fang", "comment", "text=已转告"), event_id)
        said = json.loads(honest.value or b"")
        said |= {"source": desk, "id": f"{town.name}-{event_id}"}
        said["data"]["actor"] = {"id": actor, "role": role}
        return honest.but(value=json.dumps(said).encode())

    await send(
        town,
        comment("1", "lu-fang", "dispatcher"),
        comment("2", "zhang-wei", "hotline"),
        comment("3", "ruan-fang", "hotline"),
        comment("4", "seat-7", "hotline"),
    )

    decisions = await decided(town, 4)

    assert [each.reason for each in decisions] == [NOT_ALLOWED, NOT_ALLOWED, None, None]
    assert [each.detail.partition(":")[0] for each in decisions[:2]] == [
        "data.actor.role",
        "data.actor.id",
    ]
    rows = await history(town, noise.case_id)
    actors = [row.actor for row in rows if row.command == "comment"]
    assert actors == [
        Actor("ruan-fang", Role.HOTLINE, "platform"),  # the roster has the unit
        Actor("seat-7", Role.HOTLINE, "platform"),
    ]


async def test_a_reporter_acts_only_on_cases_that_the_same_source_filed(strict_town: Town) -> None:
    """The camera knows the number of a case that another source filed, and asks to close it."""
    town = strict_town
    camera = f"https://camera.example/{town.name}"
    noise = event(f"https://departments.example/{town.name}", "noise")
    smoke = event(camera, "smoke", channel="camera")
    await town.start()
    await town.publish(noise, smoke)
    await town.until_cases(2)

    def withdraw(event_id: str, case_id: str, source: str) -> Event:
        honest = command(town, case_id, ("ruan-fang", "withdraw", "reason=看错了"), event_id)
        said = json.loads(honest.value or b"")
        said |= {"source": source, "id": f"{town.name}-{event_id}"}
        said["data"]["actor"] = {"id": "anon", "role": "reporter"}
        return honest.but(value=json.dumps(said).encode())

    await send(
        town,
        withdraw("1", noise.case_id, camera),
        withdraw("2", noise.case_id, f"https://camera.example/../departments.example/{town.name}"),
        withdraw("3", smoke.case_id, camera),
    )

    decisions = await decided(town, 3)

    assert [each.reason for each in decisions] == [RejectReason.UNKNOWN_CASE, NOT_ALLOWED, None]
    assert [each.detail.partition(":")[0] for each in decisions[:2]] == ["data.case", "source"]
    assert "withdraw" not in {row.command for row in await history(town, noise.case_id)}
    assert "withdraw" in {row.command for row in await history(town, smoke.case_id)}
