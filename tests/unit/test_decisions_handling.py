"""The holder's work, and the end: sign, progress, resolve, verify, close; and comments."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case.citizen.acts import Supplement
from domain.case.closing.acts import Close, Resolve, Verify, Withdraw
from domain.case.closing.facts import Closed, Reworked, Verified
from domain.case.commands import Act, Actor
from domain.case.decide import Decision
from domain.case.events import CommandRefused, Fact
from domain.case.handling.acts import Comment, Progress
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CALLBACK, CITIZEN, FIRST, HOLDER, SIGN, VERIFY
from domain.sla.clocks import Clock, Due, due
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, USUAL, case_at, give, plan
from tests.town import CALENDAR, OPENED, at, hours

NOON = at("2026-07-01 12:00")
EVENING = at("2026-07-01 18:00")


SETTLES = (Callback.SATISFIED, Callback.BASICALLY_SATISFIED, Callback.NO_REPLY_WANTED)


def running(case: Case) -> set[str]:
    return {clock.id for clock in case.clocks if clock.is_running}


def clock(case: Case, id_: str) -> Clock:
    found = case.clock(id_)
    if found is None:
        raise AssertionError(f"no clock {id_}")
    return found


def facts(decision: Decision) -> list[Fact]:
    return [event.fact for event in decision.events]


def refusal(decision: Decision) -> Refusal | None:
    [event] = decision.events
    return event.fact.refusal if isinstance(event.fact, CommandRefused) else None


def test_signing_stops_the_clock_for_signing_and_no_other() -> None:
    case = give(case_at(Stage.DISPATCHED), "sign", NOON).case

    assert Stage.SIGNED == case.stage
    assert NOON == case.signed_at
    assert NOON == clock(case, SIGN).stopped_at
    assert {CITIZEN, FIRST, HOLDER} == running(case)


@pytest.mark.parametrize("kind", ["progress", "resolve"])
def test_the_first_response_stops_its_clock(kind: str) -> None:
    case = give(case_at(Stage.SIGNED), kind, NOON).case

    assert NOON == clock(case, FIRST).stopped_at


def test_progress_may_be_reported_as_often_as_there_is_some() -> None:
    case = give(case_at(Stage.IN_PROGRESS), Progress(note="Half is cleared."), NOON).case

    assert Stage.IN_PROGRESS is case.stage
    assert OPENED == clock(case, FIRST).stopped_at


def test_without_the_evidence_the_plan_asks_for_nothing_is_resolved() -> None:
    decision = give(case_at(Stage.IN_PROGRESS), Resolve(result="Gone."), NOON)

    assert Refusal.MISSING_EVIDENCE is refusal(decision)
    assert Stage.IN_PROGRESS is decision.case.stage
    assert "1 pieces of evidence needed, 0 given" == decision.case.answered[-1].detail


def test_where_no_evidence_is_asked_for_none_is_needed() -> None:
    case = case_at(Stage.IN_PROGRESS, pinned=plan(evidence=0))

    assert Stage.RESOLVED is give(case, Resolve(result="Gone."), NOON).case.stage


def test_while_others_look_the_holder_does_not_pay_for_it() -> None:
    case = give(case_at(Stage.IN_PROGRESS), "resolve", NOON).case

    assert clock(case, HOLDER).is_paused
    assert NOON == clock(case, VERIFY).started_at
    assert clock(case, VERIFY).is_running is True


@pytest.mark.parametrize(
    "by",
    [
        ACTORS[Role.HANDLER],  # the same person, who may hold another role as well
        Actor("li", Role.VERIFIER),
        Actor("ma", Role.VERIFIER, "squad"),  # another person of the same unit
        Actor("zhao", Role.SUPERVISOR, "squad"),
    ],
)
def test_whoever_handled_a_case_cannot_verify_it(by: Actor) -> None:
    decision = give(case_at(Stage.RESOLVED), "verify", EVENING, by=by)

    assert refusal(decision) in (Refusal.SAME_PERSON, Refusal.WRONG_ROLE)
    assert Stage.RESOLVED is decision.case.stage


def test_a_case_that_passes_goes_on_to_the_callback() -> None:
    decision = give(case_at(Stage.RESOLVED), "verify", EVENING)

    assert [Verified(note="They are gone.")] == facts(decision)
    assert {CITIZEN, HOLDER, CALLBACK} == running(decision.case)
    assert clock(decision.case, HOLDER).is_paused


def test_where_nobody_is_to_be_asked_verification_closes_the_case() -> None:
    case = case_at(Stage.RESOLVED, pinned=plan(callback=False))
    decision = give(case, "verify", EVENING)

    assert [Verified(note="They are gone."), Closed(note="nobody to call back")] == facts(decision)
    assert set() == running(decision.case)
    assert EVENING == decision.case.closed_at


def test_rework_goes_on_where_the_holders_clock_stood() -> None:
    case = give(case_at(Stage.IN_PROGRESS), "resolve", NOON).case
    decision = give(case, Verify(passed=False, note="Two stalls are left."), EVENING)
    holder = clock(decision.case, HOLDER)

    assert [Reworked(reason="Two stalls are left.")] == facts(decision)
    assert Stage.IN_PROGRESS == decision.case.stage
    assert 1 == decision.case.reworks
    assert decision.case.resolved_by is None
    # Forty hours end on Tuesday at 18:00; the four of Wednesday afternoon were the verifier's.
    assert Due(at("2026-07-08 12:00"), provisional=False) == due(holder, CALENDAR)
    assert EVENING == clock(decision.case, VERIFY).stopped_at


@pytest.mark.parametrize("passed", [True, False])
def test_who_verifies_says_what_was_seen(passed: bool) -> None:
    for case in (case_at(Stage.RESOLVED), case_at(Stage.RESOLVED, tier=Tier.SUPERVISE)):
        decision = give(case, Verify(passed=passed), EVENING)

        assert Refusal.REASON_NEEDED is decision.case.answered[-1].refusal
        assert Stage.RESOLVED is decision.case.stage


@pytest.mark.parametrize("kind", ["check", "resolve", "withdraw", "merge", "answer", "progress"])
def test_a_text_that_a_command_requires_is_not_empty(kind: str) -> None:
    act, role = USUAL[kind]
    [text] = {"reason", "result", "note"} & {field.name for field in fields(act)}
    empty = replace(act, **{text: " "})  # type: ignore[arg-type]
    by = ACTORS[Role.DISPATCHER if role is Role.REPORTER else role]
    decision = give(case_at(Stage.SIGNED), empty, EVENING, by=by)

    assert Refusal.REASON_NEEDED is decision.case.answered[-1].refusal


def test_a_text_that_a_citizen_leaves_empty_is_no_reason_to_refuse_it() -> None:
    decision = give(case_at(Stage.DISPATCHED), Withdraw(reason=""), EVENING)

    assert Stage.WITHDRAWN is decision.case.stage


def test_after_rework_the_same_person_may_verify_what_another_resolved() -> None:
    case = give(case_at(Stage.RESOLVED), Verify(passed=False, note="Still there."), EVENING).case
    head = ACTORS[Role.UNIT_HEAD]
    case = give(case, "resolve", EVENING, by=head).case

    assert "zhao" == case.resolved_by
    assert Stage.VERIFIED is give(case, "verify", EVENING, id_="again").case.stage


@pytest.mark.parametrize("said", SETTLES)
def test_whatever_else_the_citizen_says_the_case_is_closed(said: Callback) -> None:
    case = replace(case_at(Stage.VERIFIED), unasked_by="a colleague")  # whose word is the first
    decision = give(case, Close(callback=said, note="By phone."), EVENING)

    assert [Closed(callback=said, note="By phone.")] == facts(decision)
    assert Stage.CLOSED == decision.case.stage
    assert EVENING == decision.case.closed_at
    assert set() == running(decision.case)


def test_every_rework_is_counted() -> None:
    case = case_at(Stage.RESOLVED)
    for _ in range(3):
        case = give(case, Verify(passed=False, note="Still there."), EVENING).case
        case = give(case, "resolve", EVENING).case

    assert 3 == case.reworks


# A comment never moves a deadline, and nothing that a citizen adds does.

OPEN_STAGES = [stage for stage in Stage if not stage.is_final and stage is not Stage.REFUSED]
"""What was refused is opened again by what its citizen adds (rows/test_endings_by_one.py)."""
COMMENTATORS = [actor for role, actor in ACTORS.items() if role is not Role.ENGINE]
CITIZENS = [ACTORS[role] for role in (Role.REPORTER, Role.HOTLINE, Role.DISPATCHER)]
SAID = st.text(max_size=20)
COMMENTS = st.tuples(st.sampled_from(COMMENTATORS), st.builds(Comment, text=SAID)) | st.tuples(
    st.sampled_from(CITIZENS), st.builds(Supplement, text=SAID, reminder=st.booleans())
)


@given(
    st.sampled_from(OPEN_STAGES),
    st.lists(COMMENTS, min_size=1),
    st.integers(0, 60 * 24 * 60),
)
def test_a_comment_never_moves_a_deadline(
    stage: Stage, comments: list[tuple[Actor, Act]], minutes: int
) -> None:
    case = case_at(stage)
    commented = case
    for by, act in comments:
        moment = OPENED + hours(minutes / 60)
        commented = give(commented, act, moment, by=by).case

    urges = {part.id for part in commented.parts if part.kind is PartKind.URGE}
    clocks = tuple(clock for clock in commented.clocks if clock.id not in urges)

    assert case.seq + len(comments) + len(urges) == commented.seq
    assert case.clocks == clocks
    assert [due(clock, CALENDAR) for clock in case.clocks] == [
        due(clock, CALENDAR) for clock in clocks
    ]
    assert case.stage == commented.stage
    assert case.holder == commented.holder
    assert case.level == commented.level
