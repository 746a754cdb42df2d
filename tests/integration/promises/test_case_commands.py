"""Departments' own systems act on cases by events, on real servers."""

import json
from typing import Any

import pytest

from domain.case.events import Event as Journaled
from gateways import dead_letters
from runtime.embedded.child_server import ChildServer
from schemas.events.case_commands import COMMANDED, command_id_of
from schemas.intake import Outcome, RecordDecision, RejectReason
from schemas.journal import event_of
from store.journal.rows import PostgresJournal
from tests.integration.promises.events import TENANT, Event, event
from tests.integration.promises.people import Step
from tests.integration.promises.town import Town

SIGN: Step = ("tang-ke", "sign")
PROGRESS: Step = ("tang-ke", "progress", "note=已联系当事人")
RESOLVE: Step = ("tang-ke", "resolve", "result=劝导后已安静")
WITHDRAW: Step = ("ruan-fang", "withdraw", "reason=重复来电")


def command(town: Town, case_id: str, step: Step, event_id: str, **data: Any) -> Event:
    """A person's act as the system of an office sends it."""
    said = town.people.message(step, event_id).model_dump(mode="json")
    source = f"{town.source}/office"
    whole = {"tenant": TENANT, "case": case_id, "actor": said["actor"], "act": said["act"]} | data
    document = {"specversion": "1.0", "type": COMMANDED, "source": source, "id": event_id}
    value = json.dumps(document | {"data": whole}).encode()
    return Event(source, event_id, value, case_id.encode())


async def send(town: Town, *events: Event) -> None:
    for each in events:
        await town.producer.send(
            town.commands_topic, key=each.key, value=each.value, headers=each.headers
        )


async def decided(town: Town, number: int) -> list[RecordDecision]:
    """How the first commands ended, as soon as so many did, by the ids of their events."""

    async def commands() -> list[RecordDecision]:
        found = [d for d in await town.decisions() if d.position.topic == town.commands_topic]
        return sorted(found, key=lambda d: (d.event_id or "", d.position.offset))

    return await town.until(commands, lambda found: len(found) >= number)


async def history(town: Town, case_id: str) -> list[Journaled]:
    return [event_of(row.body) for row in await PostgresJournal(town.database).read(case_id)]


async def kinds_by(town: Town, case_id: str, event_id: str) -> list[str]:
    """The rows that an event wrote, by the kind of their facts."""
    command_id = command_id_of(f"{town.source}/office", event_id)
    rows = await history(town, case_id)
    return [row.fact.kind for row in rows if row.command_id == command_id]


async def test_a_department_acts_on_its_case_by_events_each_of_them_once(town: Town) -> None:
    await town.start()
    noise = event(town.source, "noise")
    await town.publish(noise)
    await town.until_cases(1)
    case_id = noise.case_id
    sign = command(town, case_id, SIGN, "1-sign")
    await send(
        town,
        sign,
        sign,
        command(town, case_id, PROGRESS, "2-progress"),
        command(town, case_id, RESOLVE, "3-resolve"),
        sign,
    )

    decisions = await decided(town, 5)

    assert {d.outcome.value for d in decisions} == {"accepted"}
    assert {d.case_id for d in decisions} == {case_id}
    assert await kinds_by(town, case_id, "1-sign") == ["signed"]
    assert "progressed" in await kinds_by(town, case_id, "2-progress")
    assert "resolved" in await kinds_by(town, case_id, "3-resolve")
    actors = {row.actor.id for row in await history(town, case_id) if row.command == "resolve"}
    assert actors == {"tang-ke"}


async def test_what_a_case_refuses_or_nobody_knows_is_dead_lettered_and_in_the_ledger(
    town: Town,
) -> None:
    await town.worker.start()
    # A second: how long a command may wait for its case.
    await town.intake.launch(SANBAN_PARKED_HOURS=str(1 / 3600))
    noise, gone = event(town.source, "noise"), event(town.source, "gone", channel="hotline")
    await town.publish(noise, gone)
    await town.until_cases(2)
    withdrawn = command(town, gone.case_id, WITHDRAW, "5-withdraw")
    wrong = {
        "1-early": command(town, noise.case_id, RESOLVE, "1-early"),
        "2-unknown": command(town, "zzzzz-zzzzz-zzzzz", SIGN, "2-unknown"),
        "3-engine": command(
            town, noise.case_id, SIGN, "3-engine", actor={"id": "sanban", "role": "engine"}
        ),
        "4-long": command(
            town, noise.case_id, ("tang-ke", "comment", f"text={'长' * 60_000}"), "4-long"
        ),
        "6-over": command(town, gone.case_id, SIGN, "6-over"),
    }
    sent = [*wrong.values()]
    await send(town, *sent[:-1], withdrawn, sent[-1], withdrawn)

    await decided(town, 7)
    letters = await town.until(town.dead_letters, lambda found: len(found) >= 5)

    decisions = await decided(town, 7)
    named = {d.event_id: d.reason for d in decisions}
    assert named == {
        "1-early": RejectReason.COMMAND_REFUSED,
        "2-unknown": RejectReason.UNKNOWN_CASE,
        "3-engine": RejectReason.SCHEMA_VIOLATION,
        "4-long": RejectReason.COMMAND_UNFIT,
        "5-withdraw": None,
        "6-over": RejectReason.CASE_OVER,
    }
    assert await kinds_by(town, noise.case_id, "1-early") == ["command_refused"]
    reasons = {json.loads(x.value)["id"]: dict(x.headers)[dead_letters.REASON] for x in letters}
    assert reasons == {
        name: (named[name] or RejectReason.SCHEMA_VIOLATION).encode() for name in wrong
    }
    for letter in letters:
        assert letter.value == wrong[json.loads(letter.value)["id"]].value
    detail = next(d.detail for d in decisions if d.event_id == "1-early")
    assert detail.startswith("wrong_stage: ")


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.usefixtures("no_sockets_left")
@pytest.mark.parametrize(("away", "named"), [("temporal", "temporal"), ("postgres", "postgresql")])
async def test_commands_wait_for_what_is_away_and_are_then_done_once(
    away: str, named: str, mortal_town: Town
) -> None:
    town = mortal_town
    server: ChildServer = getattr(town.servers, away)
    await town.start()
    noises = [event(town.source, f"noise-{number}") for number in range(6)]
    await town.publish(*noises)
    await town.until_cases(len(noises))
    server.kill()
    for number, noise in enumerate(noises):
        await send(
            town,
            command(town, noise.case_id, SIGN, f"{number}-sign"),
            command(town, noise.case_id, PROGRESS, f"{number}-work"),
        )

    def waits(answer: tuple[int, str]) -> bool:
        reasons = json.loads(answer[1] or "{}").get("reasons", {})
        return named in reasons.get("commands", "")

    status, _ = await town.until(lambda: town.intake.ask("/readyz"), waits)
    alive, _ = await town.intake.ask("/livez")
    assert status == 503
    assert alive == 200

    await server.start()
    # A case that gave no answer in time is asked again: its commands are parked until then.
    decisions = await town.until(
        lambda: decided(town, 2 * len(noises)),
        lambda found: all(each.outcome is not Outcome.PARKED for each in found),
    )
    await town.until(town.intake.ready, lambda ready: ready)

    assert [d.outcome.value for d in decisions] == ["accepted"] * 2 * len(noises)
    for number, noise in enumerate(noises):
        assert await kinds_by(town, noise.case_id, f"{number}-sign") == ["signed"]
        assert (await kinds_by(town, noise.case_id, f"{number}-work")).count("progressed") == 1
