"""The beginning of a case: received, triaged, dispatched, or already further along."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.closing.facts import Closed
from domain.case.commands import Lookup
from domain.case.decide import Decision
from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import CommandRefused, Fact
from domain.case.handling.acts import Comment
from domain.case.permissions import PERMISSIONS
from domain.case.refusals import Refusal
from domain.case.registration.acts import Open
from domain.case.registration.facts import Received, Triaged
from domain.case.suspension.facts import Suspended
from domain.complaints import Arrival
from domain.planning.plans import CasePlan, ServiceLevel
from domain.sla.case_clocks import CITIZEN
from domain.sla.ladders import Late
from domain.vocabulary import Stage, Tier
from tests.builders import LOOKUP, case_at, complaint, give, opened, plan, swept
from tests.town import CALENDAR, FIVE_LEVELS, OPENED, PLATFORM_LADDER, at, hours, ladder, rung

SETTLED = Arrival(result="Swept at once by the patrol.")
RESTING = Arrival(suspended_until=at("2026-07-20 08:00"), reason="Frost until spring.")


def facts(decision: Decision) -> list[type[Fact]]:
    return [type(event.fact) for event in decision.events]


def refusal(decision: Decision) -> Refusal | None:
    [event] = decision.events
    return event.fact.refusal if isinstance(event.fact, CommandRefused) else None


def running(decision: Decision) -> set[str]:
    return {clock.id for clock in decision.case.clocks if clock.is_running}


def arriving(standing: Arrival, *, category: str | None = "street-stalls") -> CasePlan:
    about = replace(swept(), standing=standing, category=category)
    tier = Tier.ASSIGN if standing.result is None else Tier.DIRECT
    return plan(about, tier=tier, holder="squad" if category else None)


def test_a_complaint_that_the_rules_understand_goes_straight_to_its_unit() -> None:
    decision = give(None, Open(plan=plan()), OPENED)

    assert [Received, Triaged, Dispatched] == facts(decision)
    assert Stage.DISPATCHED == decision.case.stage
    assert "squad" == decision.case.holder
    assert {"citizen", "sign", "first", "holder"} == running(decision)


def test_a_complaint_without_a_category_waits_for_a_person() -> None:
    decision = give(None, Open(plan=plan(holder=None)), OPENED)

    assert [Received] == facts(decision)
    assert Stage.RECEIVED == decision.case.stage
    assert decision.case.holder is None
    assert {"citizen", "accept"} == running(decision)


def test_triage_by_a_person_pins_the_plan_and_dispatches() -> None:
    case = case_at(Stage.RECEIVED)
    decision = give(case, "triage", OPENED + hours(1))

    assert [Triaged, Dispatched] == facts(decision)
    assert LOOKUP.plan == decision.case.plan
    assert {"citizen", "sign", "first", "holder"} == running(decision)
    assert case.clock(CITIZEN) == decision.case.clock(CITIZEN)


def test_triage_may_say_another_tier() -> None:
    lookup = Lookup(plan=plan(tier=Tier.SUPERVISE))
    case = give(case_at(Stage.RECEIVED), "triage", OPENED, lookup=lookup).case
    holder = case.clock("holder")

    assert Tier.SUPERVISE is case.tier
    assert holder is not None
    assert hours(120) == holder.budget


def test_triage_puts_the_promise_to_the_citizen_under_the_new_service_level() -> None:
    """Before a person has looked nobody knows what can be promised."""
    case = give(case_at(Stage.RECEIVED), "ring", OPENED + hours(80)).case
    before = case.clock(CITIZEN)
    for tier, budget in ((Tier.DIRECT, 24), (Tier.ASSIGN, 64), (Tier.SUPERVISE, 160)):
        sorted_ = give(case, "triage", OPENED + hours(81), lookup=Lookup(plan=plan(tier=tier))).case
        after = sorted_.clock(CITIZEN)

        assert before is not None
        assert after == replace(before, budget=hours(budget))


def test_a_rung_that_was_climbed_before_triage_is_not_climbed_again() -> None:
    other = ladder("citizen", rung("amber", share=50), rung("early red", share=90))
    late = OPENED + timedelta(days=20)
    case = give(case_at(Stage.RECEIVED), "ring", late).case
    climbed = case.clock(CITIZEN)
    lookup = Lookup(plan=plan(ladders=(other, PLATFORM_LADDER, FIVE_LEVELS)))

    case = give(case, "triage", late, lookup=lookup).case
    pinned = case.clock(CITIZEN)
    rung_ = give(case, "ring", late).case.clock(CITIZEN)

    assert climbed is not None
    assert pinned is not None
    assert rung_ is not None
    assert ("amber", "red") == climbed.fired
    assert ("amber",) == pinned.fired
    assert ("amber", "early red") == rung_.fired


def test_a_clock_without_a_limit_in_the_new_tier_stops() -> None:
    unlimited = replace(plan(), levels=(ServiceLevel(Tier.ASSIGN, ()),))

    case = give(case_at(Stage.RECEIVED), "triage", OPENED, lookup=Lookup(plan=unlimited)).case

    assert all(not clock.is_running for clock in case.clocks)


def test_a_category_nobody_knows_is_refused_with_what_was_found_out() -> None:
    lookup = Lookup(problem="no category stals; categories are: street-stalls")
    decision = give(case_at(Stage.RECEIVED), "triage", OPENED, lookup=lookup)

    assert Refusal.UNKNOWN_CATEGORY is refusal(decision)
    assert "categories are: street-stalls" in decision.case.answered[-1].detail
    assert Stage.RECEIVED is decision.case.stage


def test_the_promise_to_the_citizen_runs_from_the_report_and_the_rest_from_arrival() -> None:
    reported = OPENED - timedelta(days=1)
    case = opened(plan(complaint(reported_at=reported)))
    citizen, holder = case.clock(CITIZEN), case.clock("holder")

    assert citizen is not None
    assert holder is not None
    assert reported == citizen.started_at
    assert OPENED == holder.started_at


def test_a_report_from_a_source_whose_clock_is_ahead_runs_from_arrival() -> None:
    case = opened(plan(complaint(reported_at=OPENED + hours(5))))
    citizen = case.clock(CITIZEN)

    assert citizen is not None
    assert OPENED == citizen.started_at


def test_a_case_that_arrives_settled_is_closed_at_once() -> None:
    decision = give(None, Open(plan=arriving(SETTLED)), OPENED)

    assert [Received, Triaged, Closed] == facts(decision)
    assert OPENED == decision.case.closed_at
    assert set() == running(decision)


def at_rest(category: str | None = "street-stalls") -> CasePlan:
    """A plan of rules 2; since then its decider is asked (rows/test_rests_on_arrival.py)."""
    return replace(arriving(RESTING, category=category), rules=2)


def test_a_case_that_arrives_suspended_stands_still_and_then_runs_its_full_time() -> None:
    case = opened(at_rest())
    woken = give(case, "ring", at("2026-07-20 08:01")).case
    holder = woken.clock("holder")

    assert RESTING.suspended_until == case.suspended_until
    assert woken.suspended_until is None
    assert holder is not None
    assert hours(0) == CALENDAR.elapsed(holder.started_at, OPENED)
    assert at("2026-07-20 08:00") == holder.pauses[0].until


@pytest.mark.parametrize("ended", [OPENED, OPENED - hours(1)])
def test_a_case_whose_suspension_had_ended_when_it_arrived_runs(ended: datetime) -> None:
    over = Arrival(suspended_until=ended, reason="Frost.")

    assert [Received, Triaged, Dispatched] == facts(give(None, Open(plan=arriving(over)), OPENED))


def test_what_the_source_said_of_the_standing_is_not_forgotten_at_triage() -> None:
    """Without a category nobody knows yet whose it is; how it stands is known all the same."""
    unsorted = opened(arriving(SETTLED, category=None))
    resting = opened(at_rest(category=None))
    sort_settled = Lookup(plan=arriving(SETTLED))
    sort_resting = Lookup(plan=at_rest())

    closed = give(unsorted, "triage", OPENED + hours(1), lookup=sort_settled)
    still = give(resting, "triage", OPENED + hours(1), lookup=sort_resting)

    assert [Triaged, Closed] == facts(closed)
    assert [Triaged, Dispatched, Suspended] == facts(still)


def test_a_case_that_was_suspended_once_is_not_suspended_again_by_its_source() -> None:
    case = opened(at_rest())
    case = give(case, "resume", OPENED + hours(1)).case
    case = give(case, "return", OPENED + hours(2)).case
    case = give(case, "answer", OPENED + hours(2)).case

    decision = give(case, "triage", OPENED + hours(3), lookup=Lookup(plan=at_rest()))

    assert [Triaged, Dispatched] == facts(decision)
    assert 1 == decision.case.suspensions


def test_a_case_that_arrives_overdue_says_so_once_and_tells_one_rung() -> None:
    case = opened(plan(complaint(reported_at=at("2026-06-01 08:00"))))
    rung = give(case, "ring", OPENED + hours(0.01))
    missed = [event.fact for event in rung.events if isinstance(event.fact, DeadlineMissed)]
    rungs = [event.fact for event in rung.events if isinstance(event.fact, RungReached)]

    assert [(CITIZEN, at("2026-06-10 18:00"))] == [(fact.clock, fact.due_at) for fact in missed]
    assert [("amber", Late.COLLAPSE), ("red", Late.FIRE)] == [(r.rung, r.outcome) for r in rungs]
    assert () == give(rung.case, "ring", OPENED + hours(0.02)).events


def test_an_open_case_is_not_opened_again() -> None:
    decision = give(case_at(Stage.SIGNED), Open(plan=plan()), OPENED)

    assert Refusal.ALREADY_OPEN is refusal(decision)


def test_nothing_but_open_begins_a_case() -> None:
    with pytest.raises(ValueError, match="sign before the case was opened"):
        give(None, "sign", OPENED)


@pytest.mark.parametrize("stage", sorted(PERMISSIONS["withdraw"].stages))
def test_a_withdrawn_case_has_no_clock_left(stage: Stage) -> None:
    unsigned = replace(case_at(stage), signed_once=False)
    decision = give(unsigned, "withdraw", OPENED + hours(1))

    assert Stage.WITHDRAWN is decision.case.stage
    assert OPENED + hours(1) == decision.case.closed_at
    assert set() == running(decision)


def test_a_suspended_case_may_be_withdrawn() -> None:
    case = opened(at_rest())

    withdrawn = give(case, "withdraw", OPENED).case

    assert Stage.WITHDRAWN is withdrawn.stage
    assert withdrawn.suspended_until is None


def test_a_command_given_twice_has_one_effect_and_one_answer() -> None:
    first = give(case_at(Stage.DISPATCHED), "sign", OPENED, id_="c-1")
    later = give(first.case, Comment(text="Seen."), OPENED).case
    again = give(later, "sign", OPENED + hours(9), id_="c-1")

    assert () == again.events
    assert later == again.case
    assert first.case.answer("c-1") == again.case.answer("c-1")


def test_a_refused_command_given_twice_is_refused_once_with_the_same_answer() -> None:
    first = give(case_at(Stage.SIGNED), "sign", OPENED, id_="c-1")
    again = give(first.case, "sign", OPENED, id_="c-1")

    assert Refusal.WRONG_STAGE is refusal(first)
    assert () == again.events
    assert first.case.answer("c-1") == again.case.answer("c-1")


def test_nobody_can_silence_the_engine_by_taking_the_names_of_its_commands() -> None:
    case = give(case_at(Stage.DISPATCHED), "comment", OPENED, id_="ring-4").case
    seen = give(case, "ring", OPENED + hours(9), id_="ring-4")

    assert DeadlineMissed in facts(seen)
