"""Clocks that run out: missed deadlines, rungs, and the next tier up."""

from datetime import timedelta

import pytest

from domain.case.commands import Lookup
from domain.case.decide import Decision
from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import CommandRefused, Event
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.tiers.acts import RaiseTier
from domain.case.tiers.facts import TierRaised
from domain.people.rosters import Absence
from domain.sla.case_clocks import ACCEPT, CITIZEN, FIRST, HOLDER, SIGN
from domain.sla.ladders import Action, Late
from domain.vocabulary import Role, Stage, Tier
from tests.builders import ACTORS, case_at, give, opened, plan
from tests.town import CITIZEN_LADDER, OPENED, PLATFORM_LADDER, at, hours, ladder, roster, rung

MILLISECOND = timedelta(milliseconds=1)
SIGN_DUE = at("2026-07-01 12:00")
DEADLINE_OF_THE_HOLDER = at("2026-07-07 18:00")
RAISED = at("2026-07-14 18:00")  # forty working hours after the holder's deadline


def missed(decision: Decision) -> list[str]:
    return [event.fact.clock for event in decision.events if isinstance(event.fact, DeadlineMissed)]


def rungs(decision: Decision, clock: str) -> list[RungReached]:
    facts = (event.fact for event in decision.events)
    return [fact for fact in facts if isinstance(fact, RungReached) and fact.clock == clock]


def refusal(decision: Decision) -> Refusal | None:
    [event] = decision.events
    return event.fact.refusal if isinstance(event.fact, CommandRefused) else None


# Acknowledgement and timer in the same instant.


@pytest.mark.parametrize("order", [("sign", "ring"), ("ring", "sign")])
def test_signing_at_the_very_deadline_is_in_time_whichever_is_heard_first(
    order: tuple[str, str],
) -> None:
    case = give(case_at(Stage.DISPATCHED), "ring", SIGN_DUE - MILLISECOND).case
    for kind in order:
        case = give(case, kind, SIGN_DUE).case
    sign = case.clock(SIGN)

    assert sign is not None
    assert SIGN_DUE == sign.stopped_at
    assert sign.missed is False
    assert ("amber",) == sign.fired


@pytest.mark.parametrize("order", [("sign", "ring"), ("ring", "sign")])
def test_both_orders_leave_the_same_case(order: tuple[str, str]) -> None:
    before = give(case_at(Stage.DISPATCHED), "ring", SIGN_DUE - MILLISECOND).case
    cases: list[Case] = []
    for kinds in (order, tuple(reversed(order))):
        case = before
        for kind in kinds:
            case = give(case, kind, SIGN_DUE, id_=kind).case
        cases.append(case)

    assert cases[0] == cases[1]


def test_a_millisecond_after_the_deadline_it_was_missed() -> None:
    rung_ = give(case_at(Stage.DISPATCHED), "ring", SIGN_DUE + MILLISECOND)

    assert [SIGN] == missed(rung_)


# Rungs.


def test_the_fact_comes_before_its_consequences() -> None:
    rung_ = give(case_at(Stage.DISPATCHED), "ring", SIGN_DUE + MILLISECOND)
    of_sign = [
        event.fact
        for event in rung_.events
        if isinstance(event.fact, DeadlineMissed | RungReached) and event.fact.clock == SIGN
    ]

    assert ["rung_reached", "deadline_missed", "rung_reached"] == [fact.kind for fact in of_sign]
    assert ["amber", "red"] == [fact.rung for fact in rungs(rung_, SIGN)]


def test_a_rung_tells_named_people_and_lifts_the_level() -> None:
    case = give(case_at(Stage.DISPATCHED), "ring", SIGN_DUE - MILLISECOND).case
    rung_ = give(case, "ring", SIGN_DUE + MILLISECOND)
    [red] = rungs(rung_, SIGN)

    assert Action.URGE == red.action
    assert Late.FIRE == red.outcome
    assert red.late is False
    assert SIGN_DUE == red.moment
    assert ["zhao"] == [person.person for person in red.told]
    assert 1 == case.level
    assert 2 == rung_.case.level


def test_an_empty_roster_does_not_stop_the_ladder() -> None:
    everybody = tuple(
        Absence(id_, OPENED, OPENED + timedelta(days=99)) for id_ in ("li", "zhao", "wu")
    )
    lookup = Lookup(roster=roster(absences=everybody))
    case = give(case_at(Stage.DISPATCHED), "ring", SIGN_DUE - MILLISECOND).case

    [red] = rungs(give(case, "ring", SIGN_DUE + MILLISECOND, lookup=lookup), SIGN)

    # Nobody of the squad, nor of the town above it: the office, whose rung is the last.
    assert ["zhou"] == [person.person for person in red.told]
    assert (
        "nobody home: unit_head of squad",
        "nobody home: unit_head of squad",
        "nobody home: leader of town",
    ) == red.gaps


def test_the_engine_does_not_ring_without_knowing_who_is_there() -> None:
    with pytest.raises(ValueError, match="without a roster"):
        give(case_at(Stage.DISPATCHED), "ring", SIGN_DUE + MILLISECOND, lookup=Lookup())


def test_ringing_when_nothing_is_due_does_nothing() -> None:
    assert () == give(case_at(Stage.DISPATCHED), "ring", OPENED).events


def test_ringing_twice_at_the_same_moment_does_nothing_the_second_time() -> None:
    first = give(case_at(Stage.DISPATCHED), "ring", DEADLINE_OF_THE_HOLDER)

    assert first.events
    assert () == give(first.case, "ring", DEADLINE_OF_THE_HOLDER).events


def test_a_closed_case_rings_for_no_clock_and_an_archived_one_not_at_all() -> None:
    assert () == give(case_at(Stage.CLOSED), "ring", DEADLINE_OF_THE_HOLDER).events

    decision = give(case_at(Stage.ARCHIVED), "ring", DEADLINE_OF_THE_HOLDER)

    assert Refusal.WRONG_STAGE is refusal(decision)


def test_the_level_never_falls() -> None:
    case = give(case_at(Stage.SIGNED), "ring", at("2026-07-09 08:00")).case  # red of the holder
    signed_late = give(case, "raise_tier", at("2026-07-09 09:00")).case
    # The new holder clock begins again at amber, level 1.
    later = give(signed_late, "ring", at("2026-07-30 08:00")).case

    assert case.level <= signed_late.level <= later.level


def test_three_days_of_outage_end_in_one_notification_a_clock() -> None:
    # Friday evening to Monday evening: signing, first response and amber of nobody else.
    case = opened(when=at("2026-07-03 17:00"))
    rung_ = give(case, "ring", at("2026-07-06 18:30"))
    told = {
        clock: [fact.rung for fact in rungs(rung_, clock) if fact.told] for clock in (SIGN, FIRST)
    }

    assert {SIGN: ["red"], FIRST: ["red"]} == told
    assert [SIGN, FIRST] == missed(rung_)


def test_ten_days_of_outage_end_in_one_notification_a_clock_too() -> None:
    rung_ = give(case_at(Stage.DISPATCHED), "ring", at("2026-07-09 17:00"))
    told = {
        clock: [(fact.rung, len(fact.told)) for fact in rungs(rung_, clock) if fact.told]
        for clock in (SIGN, FIRST, HOLDER, CITIZEN)
    }

    # Raising starts none of the clocks again, so each says how late it is.
    late = {SIGN: [("raise", 1)], FIRST: [("raise", 1)], HOLDER: [("order", 1)]}
    assert late | {CITIZEN: [("amber", 1)]} == told


# Raising the tier.


def raised(case: Case) -> list[Event]:
    return [
        event
        for event in give(case, "ring", RAISED + MILLISECOND).events
        if isinstance(event.fact, TierRaised | Dispatched)
    ]


def test_the_last_rung_raises_the_tier_and_the_same_unit_goes_on_in_it() -> None:
    case = case_at(Stage.IN_PROGRESS)
    rung_ = give(case, "ring", RAISED + MILLISECOND).case

    assert Tier.SUPERVISE == rung_.tier
    assert Stage.DISPATCHED == rung_.stage
    assert "squad" == rung_.holder
    assert [
        TierRaised(to=Tier.SUPERVISE, reason="holder clock reached raise"),
        Dispatched(
            unit="squad", reason="raised to supervise", goes_on=True, unit_kind="department"
        ),
    ] == [event.fact for event in raised(case)]
    assert 5 == rung_.level


def test_a_raise_by_the_clock_keeps_the_holders_and_the_citizens_deadline() -> None:
    """The unit signs once more, and is heard of once more; the work is due when it was due."""
    case = case_at(Stage.IN_PROGRESS)
    raised_ = give(case, "ring", RAISED + MILLISECOND).case
    holder, citizen = raised_.clock(HOLDER), raised_.clock(CITIZEN)

    assert holder is not None
    assert citizen is not None
    assert hours(40) == holder.budget
    assert OPENED == holder.started_at
    assert ("amber", "red", "order", "up", "raise") == holder.fired
    assert OPENED == citizen.started_at
    assert {CITIZEN, SIGN, FIRST, HOLDER} == {c.id for c in raised_.clocks if c.is_running}


def test_in_the_highest_tier_the_last_rung_only_tells() -> None:
    case = case_at(Stage.IN_PROGRESS, pinned=plan(tier=Tier.SUPERVISE))
    rung_ = give(case, "ring", at("2026-09-30 18:00"))

    assert Tier.SUPERVISE is rung_.case.tier
    assert "raise" == rungs(rung_, HOLDER)[-1].rung
    assert "not raised: supervise is the highest tier" == rungs(rung_, HOLDER)[-1].note
    assert {""} == {fact.note for fact in rungs(rung_, HOLDER)[:-1]}
    assert not [event for event in rung_.events if isinstance(event.fact, TierRaised)]


def test_a_case_that_nobody_has_triaged_has_no_tier_to_raise() -> None:
    climbs = ladder("platform", rung("raise", 5, Action.RAISE_TIER, share=100, late=Late.FIRE))
    lone = plan(holder=None, ladders=(CITIZEN_LADDER, climbs, PLATFORM_LADDER))
    rung_ = give(case_at(Stage.RECEIVED, pinned=lone), "ring", at("2026-07-01 18:00"))
    case, accept = rung_.case, rung_.case.clock(ACCEPT)

    assert Stage.RECEIVED == case.stage
    assert Tier.ASSIGN == case.tier
    assert accept is not None
    assert ("raise",) == accept.fired
    assert ["not raised: a case that is received is not raised"] == [
        fact.note for fact in rungs(rung_, ACCEPT)
    ]


@pytest.mark.parametrize(
    ("stage", "unit"),
    [
        (Stage.TRIAGED, "office"),  # the squad has just returned it
        (Stage.DISPATCHED, "squad"),
        (Stage.SIGNED, "squad"),
    ],
)
def test_a_person_may_raise_the_tier_and_it_is_handed_on_at_once(stage: Stage, unit: str) -> None:
    case = case_at(stage)
    decision = give(case, RaiseTier(to=Tier.SUPERVISE, reason="Three bureaus."), OPENED)

    assert Tier.SUPERVISE == decision.case.tier
    assert Stage.DISPATCHED == decision.case.stage
    assert unit == decision.case.holder
    assert [ACTORS[Role.SUPERVISOR]] * 2 == [event.actor for event in decision.events]


@pytest.mark.parametrize("to", [Tier.DIRECT, Tier.ASSIGN])
def test_the_tier_never_falls(to: Tier) -> None:
    decision = give(case_at(Stage.SIGNED), RaiseTier(to=to, reason="Simple."), OPENED)

    assert Refusal.TIER_NOT_HIGHER is refusal(decision)


def test_a_direct_case_may_skip_a_tier() -> None:
    case = case_at(Stage.SIGNED, pinned=plan(tier=Tier.DIRECT))

    raised_ = give(case, RaiseTier(to=Tier.SUPERVISE, reason="Fire."), OPENED).case

    assert Tier.SUPERVISE is raised_.tier
