"""Commands that come before their case, or to one that does not answer, wait in their order."""

import pytest

from domain.vocabulary import Stage
from schemas.intake import DueRecord, Outcome, RejectReason
from tests.builders import case_at
from tests.fakes.commands import HEADERS, Office, command, data, sent
from tests.fakes.records import as_json

ACCEPTED, REJECTED, PARKED = Outcome.ACCEPTED, Outcome.REJECTED, Outcome.PARKED
DISPATCHED = case_at(Stage.DISPATCHED)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def case_id(office: Office) -> str:
    return office.cases.begin(DISPATCHED)


async def test_a_case_that_nobody_knows_is_waited_for_and_then_refused(office: Office) -> None:
    stranger = command(0, "zzzzz-zzzzz-zzzzz", "sign")

    assert await office.intake().handle([stranger]) == [PARKED]
    assert office.dead_letters.kept == []
    parked = office.ledger.settled[stranger.position]
    assert parked.code == "before_case"
    assert parked.case_id is None
    assert parked.record == stranger
    assert await office.intake().take_up([DueRecord(stranger, expired=False)]) == [PARKED]
    assert await office.intake().take_up([DueRecord(stranger, expired=True)]) == [REJECTED]
    assert office.dead_letters.reasons == [RejectReason.UNKNOWN_CASE]
    assert office.receipts.outcomes() == [(0, "parked"), (0, "parked"), (0, "rejected")]


async def test_commands_before_their_case_are_given_in_order_once_it_is_there(
    office: Office,
) -> None:
    case_id = DISPATCHED.case_id
    early = [command(0, case_id, "sign"), command(1, case_id, "progress")]
    other = office.cases.begin(DISPATCHED, "another")

    assert await office.intake().handle([*early, command(2, other, "sign")]) == [
        PARKED,
        PARKED,
        ACCEPTED,
    ]
    waits = [office.ledger.settled[each.position].code for each in early]
    office.cases.begin(DISPATCHED)
    late = command(3, case_id, "comment", text="Put right.")
    assert await office.intake().handle([late]) == [PARKED]  # or it would overtake
    outcomes = await office.intake().take_up(
        [DueRecord(each, expired=False) for each in (*early, late)]
    )

    assert waits == ["before_case", "behind_another"]
    assert outcomes == [ACCEPTED] * 3
    given = [kind for place, kind in office.cases.given if place == case_id]
    assert given == ["sign", "progress", "comment"]


async def test_a_case_that_gives_no_answer_holds_up_nobody_else(office: Office) -> None:
    stuck, other = (office.cases.begin(DISPATCHED, each) for each in ("stuck", "other"))
    office.cases.stuck = {stuck}
    chunk = [command(0, stuck, "sign"), command(1, other, "sign"), command(2, stuck, "progress")]

    assert await office.intake().handle(chunk) == [PARKED, ACCEPTED, PARKED]
    waits = [office.ledger.settled[chunk[offset].position].code for offset in (0, 2)]
    office.cases.stuck = set()
    waiting = [DueRecord(chunk[offset], expired=False) for offset in (0, 2)]

    assert waits == ["case_silent", "behind_another"]
    assert await office.intake().take_up(waiting) == [ACCEPTED, ACCEPTED]
    assert office.ledger.parked() == []


async def test_a_parked_command_that_is_delivered_again_stays_parked(office: Office) -> None:
    early = command(0, DISPATCHED.case_id, "sign")
    await office.intake().handle([early])
    office.cases.begin(DISPATCHED)

    assert await office.intake().handle([early]) == [PARKED]
    assert office.cases.given == []


async def test_a_newer_version_waits_for_the_release_that_reads_it(
    office: Office, case_id: str
) -> None:
    newer = {"ce_type": b"org.sanban.case.command.v2"}
    body = as_json(data(case=case_id))
    tomorrow = sent(body, HEADERS | newer, offset=0, key=case_id.encode())

    assert await office.intake().handle([tomorrow]) == [PARKED]
    assert office.ledger.settled[tomorrow.position].code == "newer_version"
    assert await office.intake().take_up([DueRecord(tomorrow, expired=True)]) == [REJECTED]
    assert office.dead_letters.reasons == [RejectReason.UNSUPPORTED_VERSION]
