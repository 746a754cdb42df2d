"""Hand-offs: to a unit, back to the platform, and what they do to the clocks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.commands import Actor, Lookup
from domain.case.decide import Decision
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.events import CommandRefused
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import ACCEPT, CITIZEN, FIRST, HOLDER, SIGN
from domain.sla.clocks import Cause, Clock, due
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, WATER_HANDLER, case_at, give
from tests.town import CALENDAR, OPENED, at, hours

RETURNED_AT = at("2026-07-01 10:00")
DISPATCHED_AT = at("2026-07-01 15:00")  # three working hours later
YES = Answer(part="return-1", granted=True, reason="So it is.")
TO_WATER = Dispatch(unit="water", reason="The river bank is theirs.")


def clock(case: Case, id_: str) -> Clock:
    found = case.clock(id_)
    if found is None:
        raise AssertionError(f"no clock {id_}")
    return found


def refusal(decision: Decision) -> Refusal | None:
    [event] = decision.events
    return event.fact.refusal if isinstance(event.fact, CommandRefused) else None


def asked(stage: Stage = Stage.SIGNED, when: datetime = RETURNED_AT) -> Case:
    """The holder has asked to return it, and nobody has answered."""
    return give(case_at(stage), "return", when).case


def returned(stage: Stage = Stage.SIGNED) -> Case:
    return give(asked(stage), "answer", RETURNED_AT).case


def at_water() -> Case:
    return give(returned(), TO_WATER, DISPATCHED_AT).case


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.SIGNED, Stage.IN_PROGRESS])
def test_a_return_is_a_request_and_the_holder_keeps_the_case_until_it_is_answered(
    stage: Stage,
) -> None:
    act = Return(reason="Not ours.", suggested_unit="water")
    decision = give(case_at(stage), act, RETURNED_AT)
    [event] = decision.events

    assert PartOpened(part="return-1", what=PartKind.RETURN, terms=act) == event.fact
    assert stage == decision.case.stage
    assert "squad" == decision.case.holder
    assert 1 == decision.case.returns
    assert clock(decision.case, "return-1").is_running


def test_a_granted_return_goes_back_to_the_platform_with_the_unit_that_was_suggested() -> None:
    act = Return(reason="Not ours.", suggested_unit="water")
    case = give(case_at(Stage.DISPATCHED), act, RETURNED_AT).case
    decision = give(case, "answer", RETURNED_AT)

    assert [
        PartMoved(part="return-1", to=PartState.GRANTED, by=YES),
        Returned(unit="squad", reason="So it is.", suggested_unit="water"),
    ] == [event.fact for event in decision.events]
    assert Stage.TRIAGED == decision.case.stage
    assert decision.case.holder is None
    assert 1 == decision.case.returns
    assert decision.case.clock("return-1") is None


def test_a_return_may_be_granted_straight_to_the_unit_it_belongs_to() -> None:
    decision = give(asked(), replace(YES, unit="water"), DISPATCHED_AT)

    assert ["part_moved", "returned", "dispatched"] == [e.fact.kind for e in decision.events]
    assert "water" == decision.case.holder
    assert Stage.DISPATCHED == decision.case.stage
    assert decision.case.designated is False


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.SIGNED, Stage.IN_PROGRESS])
def test_a_refused_return_leaves_all_as_it_was_its_deadline_too(stage: Stage) -> None:
    before = case_at(stage)
    decision = give(asked(stage), replace(YES, granted=False), at("2026-07-01 12:00"))
    after, deadline = decision.case, due(clock(decision.case, HOLDER), CALENDAR)

    assert ["part_moved"] == [event.fact.kind for event in decision.events]
    assert before.stage == after.stage
    assert before.holder == after.holder
    assert after.designated is False
    assert deadline is not None
    assert due(clock(before, HOLDER), CALENDAR) == deadline
    assert clock(before, CITIZEN) == clock(after, CITIZEN)


def test_a_return_that_nobody_answers_is_refused_when_its_time_is_over() -> None:
    """Four working hours from 10:00, with two of noon."""
    before = give(asked(), "ring", at("2026-07-01 16:00")).case
    after = give(asked(), "ring", at("2026-07-01 16:01")).case
    states = [part.state for case in (before, after) for part in case.parts]

    assert [PartState.OPEN, PartState.REFUSED] == states
    assert "squad" == after.holder
    assert Stage.SIGNED == after.stage
    assert not clock(after, HOLDER).is_paused


def test_while_a_return_waits_it_is_not_asked_for_again_nor_is_the_case_signed() -> None:
    assert Refusal.ALREADY_ASKED is refusal(give(asked(), "return", RETURNED_AT, id_="2"))
    assert Refusal.ALREADY_ASKED is refusal(give(asked(Stage.DISPATCHED), "sign", RETURNED_AT))
    assert Refusal.ALREADY_ASKED is refusal(give(asked(), "resolve", RETURNED_AT))


def test_whoever_asked_does_not_answer() -> None:
    self_made = Actor("li", Role.DISPATCHER, "platform")

    assert Refusal.SAME_PERSON is refusal(give(asked(), "answer", RETURNED_AT, by=self_made))


@pytest.mark.parametrize("make", [asked, returned])
def test_while_the_platform_decides_the_holders_clock_stands_still(
    make: Callable[[], Case],
) -> None:
    case = make()

    assert clock(case, HOLDER).is_paused
    assert due(clock(case, HOLDER), CALENDAR) is None


def test_the_promise_to_the_citizen_never_stops_for_a_return() -> None:
    before = clock(case_at(Stage.SIGNED), CITIZEN)

    assert [before] * 2 == [clock(asked(), CITIZEN), clock(returned(), CITIZEN)]


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.SIGNED, Stage.IN_PROGRESS])
def test_the_platform_has_its_time_to_decide_where_it_goes(stage: Stage) -> None:
    case = returned(stage)

    assert RETURNED_AT == clock(case, ACCEPT).started_at
    assert clock(case, ACCEPT).is_running is True
    assert not clock(case, SIGN).is_running
    assert not clock(case, FIRST).is_running


def test_the_same_unit_again_resumes_its_clock_where_it_stood() -> None:
    case = give(returned(), "dispatch", DISPATCHED_AT).case
    holder = clock(case, HOLDER)
    deadline = due(holder, CALENDAR)

    assert OPENED == holder.started_at
    assert DISPATCHED_AT == holder.pauses[-1].until
    assert deadline is not None
    assert at("2026-07-08 11:00") == deadline.at  # forty hours, and three for the platform


def test_another_unit_begins_anew() -> None:
    case = give(returned(), TO_WATER, DISPATCHED_AT).case

    assert "water" == case.holder
    assert Stage.DISPATCHED == case.stage
    assert DISPATCHED_AT == clock(case, HOLDER).started_at
    assert () == clock(case, HOLDER).pauses


def test_another_unit_that_gets_it_has_the_full_time_to_sign_and_to_respond() -> None:
    case = at_water()

    assert [(DISPATCHED_AT, True)] * 2 == [
        (clock(case, id_).started_at, clock(case, id_).is_running) for id_ in (SIGN, FIRST)
    ]
    assert not clock(case, ACCEPT).is_running


def test_a_unit_that_gets_its_own_return_back_must_keep_it() -> None:
    case = give(returned(), "dispatch", DISPATCHED_AT).case

    assert case.designated
    assert Refusal.DESIGNATED is refusal(give(case, "return", DISPATCHED_AT))


def test_a_designated_unit_cannot_return_even_the_first_time() -> None:
    designated = Dispatch(unit="water", designated=True)
    case = give(returned(), designated, DISPATCHED_AT, by=ACTORS[Role.SUPERVISOR]).case

    decision = give(case, "return", DISPATCHED_AT, by=WATER_HANDLER)

    assert Refusal.DESIGNATED is refusal(decision)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-07-01 18:00", None),  # eight working hours after signing, to the minute
        ("2026-07-02 07:59", None),  # no working time has passed since
        ("2026-07-02 08:01", Refusal.RETURN_TOO_LATE),
    ],
)
def test_a_return_comes_within_a_day_of_signing(when: str, expected: Refusal | None) -> None:
    assert expected is refusal(give(case_at(Stage.SIGNED), "return", at(when)))


def test_before_signing_a_return_is_never_too_late() -> None:
    later = at("2026-07-20 08:00")

    assert refusal(give(case_at(Stage.DISPATCHED), "return", later)) is None


def test_a_unit_nobody_knows_is_refused_with_those_that_are_known() -> None:
    decision = give(returned(), Dispatch(unit="watr"), DISPATCHED_AT)

    assert Refusal.UNKNOWN_UNIT is refusal(decision)
    assert "squad, water" in decision.case.answered[-1].detail


def test_with_no_unit_known_at_all_the_refusal_says_so() -> None:
    decision = give(returned(), TO_WATER, DISPATCHED_AT, lookup=Lookup())

    assert "none is known" in decision.case.answered[-1].detail


@pytest.mark.parametrize("role", [Role.HANDLER, Role.UNIT_HEAD])
@pytest.mark.parametrize("kind", ["sign", "return", "progress", "resolve"])
def test_only_the_unit_that_holds_a_case_handles_it(kind: str, role: Role) -> None:
    case = give(returned(), TO_WATER, DISPATCHED_AT).case
    if kind in ("progress", "resolve"):
        case = give(case, "sign", DISPATCHED_AT, by=WATER_HANDLER).case

    assert Refusal.NOT_THE_HOLDER is refusal(give(case, kind, DISPATCHED_AT, by=ACTORS[role]))


def test_a_hand_off_is_one_row_that_names_the_unit_and_the_reason() -> None:
    decision = give(returned(), TO_WATER, DISPATCHED_AT)

    handed = Dispatched(unit="water", reason="The river bank is theirs.", unit_kind="department")
    assert [handed] == [event.fact for event in decision.events]


def test_the_platforms_time_is_told_apart_from_other_pauses() -> None:
    case = give(asked(), "answer", at("2026-07-01 11:00")).case
    request, decision = clock(case, HOLDER).pauses

    assert {Cause.RETURNED} == {request.cause, decision.cause}
    assert RETURNED_AT == request.since
    assert decision.until is None
    assert request.until == decision.since == at("2026-07-01 11:00")  # without a gap
    assert hours(2) == CALENDAR.elapsed(OPENED, request.since)
