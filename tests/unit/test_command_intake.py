"""Commands by event: each ends in one named outcome and has one effect."""

from dataclasses import replace

import pytest
import structlog
from typing_extensions import override

from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from domain.case.final_words import final_words
from domain.vocabulary import Stage
from schemas.commands import CommandAnswer, CommandMessage, NotTaken, Unfit
from schemas.events.case_commands import command_id_of
from schemas.intake import Outcome, Record, RejectReason, Unavailable
from tests.builders import case_at
from tests.fakes.commands import SOURCE, FakeCases, Office, command, data, giving_to, sent
from tests.fakes.records import as_json, at

ACCEPTED, REJECTED, CONFLICT = Outcome.ACCEPTED, Outcome.REJECTED, Outcome.CONFLICT
PARKED = Outcome.PARKED
DISPATCHED = case_at(Stage.DISPATCHED)
REFUSED = RejectReason.COMMAND_REFUSED


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def case_id(office: Office) -> str:
    return office.cases.begin(DISPATCHED)


async def test_a_department_signs_works_and_is_told_nothing_but_accepted(
    office: Office, case_id: str
) -> None:
    chunk = [command(0, case_id, "sign"), command(1, case_id, "progress")]

    outcomes = await office.intake().handle(chunk)

    assert outcomes == [ACCEPTED, ACCEPTED]
    assert office.cases.running[case_id].stage is Stage.IN_PROGRESS
    kept = office.ledger.settled[chunk[0].position]
    assert kept.case_id == case_id
    assert kept.source == SOURCE
    assert kept.event_id == "c-0"
    assert office.dead_letters.kept == []


async def test_the_same_event_again_has_one_effect(office: Office, case_id: str) -> None:
    once = command(0, case_id, "sign", event_id="e")
    again = command(5, case_id, "sign", event_id="e")

    assert [ACCEPTED] == await office.intake().handle([once])
    seq = office.cases.running[case_id].seq
    assert [ACCEPTED] == await office.intake().handle([again])

    assert office.cases.running[case_id].seq == seq


async def test_a_refused_command_is_a_dead_letter_that_says_why(
    office: Office, case_id: str
) -> None:
    early = command(0, case_id, "progress")

    outcomes = await office.intake().handle([early])

    assert outcomes == [REJECTED]
    [(record, reason, detail)] = office.dead_letters.kept
    assert record == early
    assert reason == REFUSED
    assert detail.startswith("wrong_stage: ")
    decision = office.ledger.settled[early.position]
    assert decision.reason == REFUSED
    assert decision.detail == detail
    assert decision.case_id == case_id


STRANGER = {"id": "chen", "role": "handler", "unit": "water"}


def of_a_stranger(case_id: str) -> Record:
    body = as_json(data(case=case_id, actor=STRANGER))
    return sent(body, key=case_id.encode())


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.WITHDRAWN])
async def test_who_may_not_read_a_case_hears_of_it_as_of_none(office: Office, stage: Stage) -> None:
    case = case_at(stage)
    if stage is Stage.DISPATCHED:
        office.cases.begin(case)
    office.cases.journaled[case.case_id] = case

    assert await office.intake().handle([of_a_stranger(case.case_id)]) == [REJECTED]
    [(record, reason, detail)] = office.dead_letters.kept
    assert reason is RejectReason.UNKNOWN_CASE
    assert detail == "data.case: youchegang has no case of this number; check both"
    assert office.ledger.settled[record.position].case_id is None


async def test_what_a_stranger_sends_holds_up_no_one(office: Office, case_id: str) -> None:
    chunk = [of_a_stranger(case_id), command(2, case_id, "sign")]

    assert await office.intake().handle(chunk) == [REJECTED, ACCEPTED]


async def test_an_id_used_with_other_content_is_a_conflict_whatever_the_case_remembers(
    office: Office, case_id: str
) -> None:
    """The case would answer as it did the first time, and a different act would be lost unseen."""
    once = command(0, case_id, "comment", event_id="e", text="One.")
    other = command(1, case_id, "comment", event_id="e", text="Two.")
    again = command(2, case_id, "comment", event_id="e", text="One.")

    assert await office.intake().handle([once, other, again]) == [ACCEPTED, CONFLICT, ACCEPTED]
    assert await office.intake().handle([replace(other, position=at(9))]) == [CONFLICT]
    assert office.dead_letters.reasons == [RejectReason.IDENTITY_CONFLICT] * 2


async def test_a_receipt_that_was_not_told_is_told_when_the_record_comes_again(
    office: Office, case_id: str
) -> None:
    office.receipts.away = True
    with pytest.raises(Unavailable, match="kafka"):
        await office.intake().handle([command(0, case_id, "sign")])
    office.receipts.away = False
    after_a_crash = office.intake()
    for _ in range(2):
        assert await after_a_crash.handle([command(0, case_id, "sign")]) == [ACCEPTED]

    assert office.receipts.outcomes() == [(0, "accepted")]
    assert office.cases.given == [(case_id, "sign")]


async def test_a_refusal_repeated_is_the_same_refusal(office: Office, case_id: str) -> None:
    """Even when the command would be possible by now: an id is answered once and for all."""
    early = command(0, case_id, "progress", event_id="e")
    await office.intake().handle([early, command(1, case_id, "sign")])

    outcomes = await office.intake().handle([command(2, case_id, "progress", event_id="e")])

    assert outcomes == [REJECTED]
    assert office.dead_letters.reasons == [REFUSED, REFUSED]


async def test_an_id_used_for_another_act_is_a_conflict(office: Office, case_id: str) -> None:
    chunk = [
        command(0, case_id, "sign", event_id="e"),
        command(1, case_id, "progress", event_id="e"),
    ]

    assert await office.intake().handle(chunk) == [ACCEPTED, CONFLICT]
    assert office.dead_letters.reasons == [RejectReason.IDENTITY_CONFLICT]
    assert office.cases.running[case_id].stage is Stage.SIGNED


async def test_what_no_case_could_keep_is_unfit(office: Office, case_id: str) -> None:
    class Strict(FakeCases):
        @override
        async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
            raise Unfit("CommandUnfit", "a text contains a NUL character; remove it")

    intake = giving_to(Strict(), office.intake())

    assert await intake.handle([command(0, case_id, "sign")]) == [REJECTED]
    assert office.dead_letters.reasons == [RejectReason.COMMAND_UNFIT]


async def test_the_case_of_another_tenant_is_as_unknown_as_none(office: Office) -> None:
    about = replace(DISPATCHED.plan.complaint, tenant="elsewhere")
    case_id = office.cases.begin(
        replace(DISPATCHED, plan=replace(DISPATCHED.plan, complaint=about))
    )

    assert await office.intake().handle([command(0, case_id, "sign")]) == [PARKED]
    [parked] = office.ledger.settled.values()
    assert parked.code == "before_case"


async def test_a_case_that_is_over(office: Office) -> None:
    over = case_at(Stage.WITHDRAWN)
    office.cases.journaled[over.case_id] = over

    assert await office.intake().handle([command(0, over.case_id, "sign")]) == [REJECTED]
    assert office.dead_letters.kept[0][1:] == (
        RejectReason.CASE_OVER,
        final_words(over),
    )


async def test_what_ended_the_case_may_come_again_after_its_end(office: Office) -> None:
    """Temporal knows nothing of it any more; the journal does."""
    # By the rules of before, one person withdraws what no citizen waits for.
    unnamed = replace(DISPATCHED, plan=replace(DISPATCHED.plan, callback=False, rules=2))
    case_id = office.cases.begin(unnamed)
    dispatcher = {"id": "wang", "role": "dispatcher", "unit": "platform"}
    act = {"kind": "withdraw", "reason": "Twice."}
    body = as_json(data(case=case_id, actor=dispatcher, act=act))
    chunk = [sent(body, key=case_id.encode(), offset=offset) for offset in (0, 7)]

    assert await office.intake().handle(chunk) == [ACCEPTED, ACCEPTED]
    assert case_id not in office.cases.running
    assert office.cases.given == [(case_id, "withdraw")]


async def test_an_id_stays_used_beyond_the_end_of_the_case(office: Office) -> None:
    case_id = office.cases.begin(DISPATCHED)
    await office.intake().handle([command(0, case_id, "sign", event_id="e")])
    del office.cases.running[case_id]

    outcomes = await office.intake().handle([command(1, case_id, "progress", event_id="e")])

    assert outcomes == [CONFLICT]
    assert office.dead_letters.reasons == [RejectReason.IDENTITY_CONFLICT]


async def test_a_refusal_is_remembered_beyond_the_end_of_the_case(office: Office) -> None:
    case_id = office.cases.begin(DISPATCHED)
    await office.intake().handle([command(0, case_id, "progress", event_id="e")])
    del office.cases.running[case_id]

    assert await office.intake().handle([command(1, case_id, "progress", event_id="e")]) == [
        REJECTED
    ]
    assert office.dead_letters.reasons == [REFUSED, REFUSED]


async def test_an_open_case_without_its_workflow_is_our_mistake_and_waits(office: Office) -> None:
    """Somebody ended the workflow, or we ask the wrong server: no command is lost over it."""
    office.cases.journaled[DISPATCHED.case_id] = DISPATCHED

    assert await office.intake().handle([command(0, DISPATCHED.case_id, "sign")]) == [PARKED]
    [parked] = office.ledger.settled.values()
    assert parked.code == "case_silent"
    assert "no workflow runs for case" in parked.detail


async def test_an_unknown_tenant_is_named(office: Office) -> None:
    body = as_json(data(tenant="elsewhere"))

    assert await office.intake().handle([sent(body)]) == [REJECTED]
    assert office.dead_letters.reasons == [RejectReason.UNKNOWN_TENANT]


async def test_mostly_unreadable_input_stops_the_loop_and_refusals_do_not(
    office: Office, case_id: str
) -> None:
    intake = office.intake(RejectRateBreaker(share=0.5, window=20, least=10))
    refused = [command(offset, case_id, "progress") for offset in range(20)]

    assert await intake.handle(refused) == [REJECTED] * 20
    with pytest.raises(Unavailable, match="or act on one"):
        await intake.handle([sent(b"{", offset=offset) for offset in range(20, 40)])


async def test_each_decision_is_one_line_of_log_without_what_was_said(
    office: Office, case_id: str
) -> None:
    with structlog.testing.capture_logs() as logs:
        await office.intake().handle([command(0, case_id, "progress", note="沈女士 13800000000")])

    [line] = logs
    assert line["event"] == "intake.record_decided"
    assert line["outcome"] == "rejected"
    assert line["reason"] == "command_refused"
    assert line["workflow_id"] == f"case/youchegang/{case_id}"
    assert "13800000000" not in str(line)


def test_the_id_of_a_command_is_short_printable_and_never_changes() -> None:
    assert command_id_of("s" * 500, "事" * 200) != command_id_of("s" * 500, "事" * 199)
    assert command_id_of(SOURCE, "c-1") == (
        "cmd:590c4329da75a6892685c89d76723d7249914cd9791fe5f1d592f27d9d105cf3"
    )


def test_everything_a_case_can_say_has_an_outcome() -> None:
    """Otherwise a new kind of no would stop the loop as a defect."""
    assert {each.__name__ for each in NotTaken.__subclasses__()} == {
        "IdReused",
        "NotOpen",
        "SaidNo",
        "Unfit",
    }
