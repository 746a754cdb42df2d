"""Who may not say a thing is told so, and does no harm to whoever may."""

from dataclasses import replace

import pytest

from domain.complaints import case_id_of
from domain.policy.sources import ActingRule, SourceRule
from domain.vocabulary import Channel, Role, Stage
from schemas.events.follow_ups import SUPPLEMENTED
from schemas.intake import Outcome, RejectReason
from tests.builders import case_at
from tests.fakes.commands import SOURCE as OFFICE
from tests.fakes.commands import Office, command
from tests.fakes.intake import Town, listing
from tests.fakes.records import SOURCE, at, binary, complaint

HOTLINE = SourceRule(SOURCE, (Channel.HOTLINE,))
SQUAD = SourceRule(OFFICE, commands=ActingRule((Role.HANDLER,), ("squad",)))
NOT_ALLOWED = RejectReason.SOURCE_NOT_ALLOWED


async def test_a_lie_is_a_dead_letter_that_names_the_field_and_what_to_do() -> None:
    town = Town(policy=listing(HOTLINE))

    outcomes = await town.intake().handle([complaint(0, channel="superior")])

    assert outcomes == [Outcome.REJECTED]
    [(_, reason, detail)] = town.dead_letters.kept
    assert reason is NOT_ALLOWED
    assert detail.startswith("data.channel: this source may not claim superior, but hotline; ")
    [told] = town.receipts.told
    assert told.reason == NOT_ALLOWED
    assert told.source == SOURCE
    assert told.event_id == "event-0"
    assert told.case_id is None


@pytest.mark.parametrize("side_by_side", [True, False])
async def test_a_lie_takes_no_identity_from_the_event_it_pretends_to_be(
    *, side_by_side: bool
) -> None:
    """Before it, between its two sendings, or in another chunk: the event is what it is."""
    town = Town(policy=listing(HOTLINE))
    lie = {"event_id": "e", "channel": "superior"}
    chunk = [
        complaint(0, **lie),
        complaint(1, event_id="e"),
        complaint(2, **lie),
        complaint(3, event_id="e"),
    ]

    for records in [chunk] if side_by_side else [[each] for each in chunk]:
        await town.intake().handle(records)

    assert town.ledger.outcomes() == {
        0: Outcome.REJECTED,
        1: Outcome.ACCEPTED,
        2: Outcome.REJECTED,
        3: Outcome.DUPLICATE,
    }
    assert town.ledger.settled[at(3)].case_id == case_id_of("youchegang", SOURCE, "e")


async def test_what_a_stranger_says_of_a_complaint_does_not_even_wait() -> None:
    town = Town(policy=listing(HOTLINE))
    said = {"schema_version": 1, "tenant": "youchegang", "complaint_id": "7", "text": "还有"}
    stranger = binary(said, offset=0, type=SUPPLEMENTED, source="https://stranger.example")
    own = binary(said, offset=1, type=SUPPLEMENTED)

    assert await town.intake().handle([stranger, own]) == [Outcome.REJECTED, Outcome.PARKED]
    assert town.ledger.settled[at(0)].reason is NOT_ALLOWED


async def test_a_source_acts_in_its_own_role_for_its_own_unit_alone() -> None:
    office = Office(policy=listing(SQUAD))
    case_id = office.cases.begin(case_at(Stage.DISPATCHED))
    sign = command(1, case_id, "sign")
    assert sign.value is not None
    police = replace(sign, value=sign.value.replace(b'"squad"', b'"police"'), position=at(2))

    assert await office.intake().handle([sign, police]) == [Outcome.ACCEPTED, Outcome.REJECTED]
    kept = office.ledger.settled[at(2)]
    assert kept.reason == NOT_ALLOWED
    assert kept.case_id is None
    assert kept.detail.startswith("data.actor.unit: this source may not act for it")
    assert [kind for _, kind in office.cases.given] == ["sign"]


async def test_without_an_entry_for_commands_nobody_acts() -> None:
    office = Office(policy=listing(HOTLINE, SourceRule(OFFICE, (Channel.DEPARTMENT,))))
    case_id = office.cases.begin(case_at(Stage.DISPATCHED))

    assert await office.intake().handle([command(0, case_id, "sign")]) == [Outcome.REJECTED]
    assert office.cases.given == []
