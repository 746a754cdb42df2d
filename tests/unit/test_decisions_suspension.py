"""A suspension: by a supervisor, once, with an end; and the case stands still until then."""

from datetime import datetime

import pytest

from domain.case.decide import Decision
from domain.case.escalation.facts import DeadlineMissed
from domain.case.events import CommandRefused
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.suspension.acts import Resume, Suspend
from domain.case.suspension.facts import Resumed, Suspended
from domain.complaints import SuperiorOrder
from domain.sla.case_clocks import ACCEPT, CITIZEN, FIRST, HOLDER
from domain.sla.clocks import Cause, due
from domain.vocabulary import Stage
from tests.builders import case_at, complaint, give, plan
from tests.town import CALENDAR, OPENED, at, hours

FRIDAY, MONDAY = at("2026-07-03 18:00"), at("2026-07-06 08:00")
AUGUST = at("2026-08-03 08:00")
HELD = (Stage.DISPATCHED, Stage.SIGNED, Stage.IN_PROGRESS)


def refusal(decision: Decision) -> Refusal | None:
    [event] = decision.events
    return event.fact.refusal if isinstance(event.fact, CommandRefused) else None


def deadlines(case: Case) -> dict[str, datetime | None]:
    found = {clock.id: due(clock, CALENDAR) for clock in case.clocks if clock.is_running}
    return {id_: deadline.at if deadline else None for id_, deadline in found.items()}


def suspended(stage: Stage = Stage.SIGNED, until: datetime = AUGUST) -> Case:
    return give(
        case_at(stage),
        Suspend(reason="Frost.", measures="A fence.", until=until),
        at("2026-07-01 10:00"),
    ).case


@pytest.mark.parametrize("stage", HELD)
def test_a_suspension_stops_every_clock_also_the_citizens(stage: Stage) -> None:
    case = suspended(stage)

    assert AUGUST == case.suspended_until
    assert {None} == set(deadlines(case).values())
    assert CITIZEN in deadlines(case)


def test_a_suspension_ends_by_itself_when_it_said_it_would() -> None:
    case = suspended(until=at("2026-07-02 12:00"))

    assert () == give(case, "ring", at("2026-07-02 12:00")).events

    rung = give(case, "ring", at("2026-07-02 12:05"))

    assert [Resumed(at=at("2026-07-02 12:00"), reason="the suspension ended as stated")] == [
        event.fact for event in rung.events
    ]
    # From 10:00 to 18:00 and from 08:00 to 12:00: ten working hours.
    assert at("2026-07-09 10:00") == deadlines(rung.case)[HOLDER]


def test_a_suspension_over_a_weekend_costs_no_working_minute_and_gives_none() -> None:
    case = case_at(Stage.SIGNED)
    case = give(case, "progress", FRIDAY).case
    still = give(case, Suspend(reason="Weekend.", measures="A fence.", until=MONDAY), FRIDAY).case

    assert deadlines(case) == deadlines(give(still, "ring", at("2026-07-06 08:01")).case)


def test_a_supervisor_may_end_it_early() -> None:
    decision = give(suspended(), "resume", at("2026-07-01 12:00"))

    assert [Resumed(at=at("2026-07-01 12:00"), reason="Thaw.")] == [
        event.fact for event in decision.events
    ]
    assert decision.case.suspended_until is None
    assert at("2026-07-08 10:00") == deadlines(decision.case)[HOLDER]


def test_a_case_that_is_not_suspended_cannot_be_resumed() -> None:
    assert Refusal.WRONG_STAGE is refusal(give(case_at(Stage.SIGNED), Resume(), OPENED))


def test_a_case_is_suspended_once() -> None:
    case = give(suspended(), "resume", at("2026-07-01 12:00")).case

    assert Refusal.SUSPENDED is refusal(give(case, "suspend", at("2026-07-01 13:00")))
    assert Refusal.SUSPENDED is refusal(give(suspended(), "suspend", at("2026-07-01 13:00")))


@pytest.mark.parametrize(
    "until",
    [
        OPENED,  # now
        at("2026-06-30 08:00"),  # past
        at("2027-07-03 08:00"),  # more than a year
        datetime(2026, 8, 3, 8, 0),  # noqa: DTZ001 (which time zone?)
    ],
)
def test_a_suspension_ends_in_the_future_within_a_year_at_a_known_instant(until: datetime) -> None:
    decision = give(
        case_at(Stage.SIGNED), Suspend(reason="Frost.", measures="A fence.", until=until), OPENED
    )

    assert Refusal.BAD_DATE is refusal(decision)
    assert decision.case.suspended_until is None


@pytest.mark.parametrize("kind", ["sign", "progress", "return", "resolve", "raise_tier"])
def test_nothing_is_handled_meanwhile(kind: str) -> None:
    stage = Stage.DISPATCHED if kind == "sign" else Stage.SIGNED

    decision = give(suspended(stage), kind, at("2026-07-01 12:00"))

    assert Refusal.SUSPENDED is refusal(decision)
    assert "resume it first" in decision.case.answered[-1].detail


def test_comments_are_heard_meanwhile() -> None:
    case = suspended()
    decision = give(case, "comment", at("2026-07-01 12:00"))

    assert refusal(decision) is None
    assert case.clocks == decision.case.clocks


def test_a_suspension_keeps_apart_from_other_pauses() -> None:
    case = give(suspended(), "resume", at("2026-07-01 12:00")).case
    case = give(case, "return", at("2026-07-01 15:00")).case
    holder, accept = case.clock(HOLDER), case.clock(ACCEPT)

    assert holder is not None
    assert accept is not None
    assert [Cause.SUSPENDED, Cause.RETURNED] == [pause.cause for pause in holder.pauses]
    assert () == accept.pauses


def test_an_outage_over_the_end_of_a_suspension_gives_no_time() -> None:
    case = suspended(until=at("2026-07-02 12:00"))
    rung = give(case, "ring", at("2026-07-20 08:00"))
    missed = {
        event.fact.clock: event.fact.due_at
        for event in rung.events
        if isinstance(event.fact, DeadlineMissed)
    }

    assert isinstance(rung.events[0].fact, Resumed)
    # Ten working hours after what each would have been.
    assert at("2026-07-03 10:00") == missed[FIRST]
    assert at("2026-07-09 10:00") == missed[HOLDER]


def test_suspension_is_one_row_with_its_reason_and_its_end() -> None:
    decision = give(case_at(Stage.SIGNED), "suspend", OPENED)

    assert [Suspended(reason="Frost.", until=AUGUST, measures="A fence.")] == [
        event.fact for event in decision.events
    ]


def test_a_superiors_deadline_passes_while_the_case_is_suspended_and_is_told() -> None:
    about = complaint(superior=SuperiorOrder("1", "city", due_at=at("2026-07-02 17:00")))
    case = give(case_at(Stage.SIGNED, pinned=plan(about)), "suspend", OPENED + hours(1)).case
    rung = give(case, "ring", at("2026-07-02 17:05"))
    missed = [event.fact.clock for event in rung.events if isinstance(event.fact, DeadlineMissed)]

    assert [CITIZEN, HOLDER] == sorted(missed)
    assert AUGUST == rung.case.suspended_until
