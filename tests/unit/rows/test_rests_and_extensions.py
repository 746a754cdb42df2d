"""A case rests, and gets more time, within the same limits through every door."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from domain.case.commands import Actor
from domain.case.decide import Decision
from domain.case.events import CommandRefused
from domain.case.parts.facts import PartMoved, PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskExtension
from domain.case.requests.facts import Extended
from domain.case.state import Case
from domain.case.suspension.acts import AskSuspension, Resume, Suspend
from domain.complaints import Arrival, SuperiorOrder
from domain.planning.plans import RULES, CasePlan
from domain.policy.part_rules import Default, PartKind, PartRule
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, case_at, complaint, give, opened, plan
from tests.town import OPENED, PART_RULES, at, hours

LEADER, SUPERVISOR = ACTORS[Role.LEADER], ACTORS[Role.SUPERVISOR]
NEXT_WEEK = at("2026-07-08 08:00")
REST = Suspend(reason="Frost.", measures="A fence.", until=NEXT_WEEK)
ASK = AskSuspension(reason="Frost.", measures="A fence.", until=NEXT_WEEK)
DAYS = timedelta(days=1)


def refusal(decision: Decision) -> Refusal | None:
    fact = decision.events[-1].fact
    return fact.refusal if isinstance(fact, CommandRefused) else None


def ruled(kind: PartKind, **changes: object) -> tuple[PartRule, ...]:
    return tuple(
        replace(rule, **changes) if rule.kind is kind else rule  # type: ignore[arg-type]
        for rule in PART_RULES
    )


def resting(**changes: object) -> CasePlan:
    return plan(parts=ruled(PartKind.SUSPENSION, **changes))


@pytest.mark.parametrize("act", [REST, ASK], ids=["ordered", "asked for"])
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"limit": 0}, Refusal.NOT_PROVIDED),
        ({"longest": 6 * DAYS}, Refusal.BAD_DATE),
    ],
)
def test_who_orders_a_suspension_obeys_the_limits_of_who_asks_for_one(
    act: Suspend | AskSuspension, changes: dict[str, object], why: Refusal
) -> None:
    case = case_at(Stage.SIGNED, pinned=resting(**changes))

    assert refusal(give(case, act, OPENED)) is why


@pytest.mark.parametrize("act", [REST, ASK], ids=["ordered", "asked for"])
@pytest.mark.parametrize("measures", [None, ""])
def test_no_case_rests_without_a_plan(act: Suspend | AskSuspension, measures: str | None) -> None:
    case = case_at(Stage.SIGNED)

    assert refusal(give(case, replace(act, measures=measures), OPENED)) is Refusal.MISSING_PLAN


@pytest.mark.parametrize("act", [REST, ASK], ids=["ordered", "asked for"])
def test_no_case_rests_for_more_than_a_year_whatever_the_policy_says(
    act: Suspend | AskSuspension,
) -> None:
    case = case_at(Stage.SIGNED, pinned=resting(longest=1000 * DAYS))

    assert refusal(give(case, replace(act, until=OPENED + 367 * DAYS), OPENED)) is Refusal.BAD_DATE


def test_a_suspension_is_ordered_by_the_one_who_would_decide_a_request_for_it() -> None:
    case = case_at(Stage.SIGNED, pinned=resting(decider=Role.LEADER))

    assert refusal(give(case, REST, OPENED, by=SUPERVISOR)) is Refusal.WRONG_ROLE
    assert give(case, REST, OPENED, by=LEADER).case.suspended_until == NEXT_WEEK


def test_a_case_of_the_first_rules_rests_as_before() -> None:
    case = case_at(Stage.SIGNED, pinned=replace(resting(limit=0), rules=None))

    rests = give(case, replace(REST, measures=None), OPENED)

    assert rests.case.suspended_until == NEXT_WEEK


def test_a_request_that_the_policy_forbids_by_now_is_not_granted() -> None:
    asked = give(case_at(Stage.SIGNED), ASK, OPENED).case
    forbidden = replace(asked, plan=resting(limit=0))

    decision = give(
        forbidden, Answer(part="suspension-1", granted=True, reason="Yes."), OPENED, by=SUPERVISOR
    )

    assert refusal(decision) is Refusal.NOT_PROVIDED


# --- Extensions.


def extending(until: timedelta | None = None, **changes: object) -> CasePlan:
    order = SuperiorOrder("1", "city", OPENED + until) if until is not None else None
    return plan(complaint(superior=order), parts=ruled(PartKind.EXTENSION, **changes))


def test_an_extension_is_at_most_as_long_as_the_original_limit() -> None:
    case = case_at(Stage.SIGNED, pinned=extending(longest=hours(80)))  # the limit is 40 hours

    assert refusal(give(case, AskExtension(hours=41, reason="x"), OPENED)) is Refusal.TOO_MUCH
    assert refusal(give(case, AskExtension(hours=40, reason="x"), OPENED)) is None


def test_the_second_extension_is_no_longer_than_the_original_limit_either() -> None:
    case = case_at(Stage.SIGNED, pinned=extending(longest=hours(80)))
    case = give(case, AskExtension(hours=40, reason="x"), OPENED).case
    case = give(
        case, Answer(part="extension-1", granted=True, reason="Yes."), OPENED, by=SUPERVISOR
    ).case

    assert refusal(give(case, AskExtension(hours=41, reason="x"), OPENED)) is Refusal.TOO_MUCH
    assert refusal(give(case, AskExtension(hours=40, reason="x"), OPENED)) is None


def test_no_extension_is_asked_for_where_a_cap_makes_it_empty() -> None:
    case = case_at(Stage.SIGNED, pinned=extending(2 * DAYS))

    decision = give(case, AskExtension(hours=8, reason="x"), OPENED)

    assert refusal(decision) is Refusal.OUTSIDE_OUR_POWER


def test_an_extension_that_gains_something_before_a_cap_is_asked_for() -> None:
    case = case_at(Stage.SIGNED, pinned=extending(9 * DAYS))

    assert refusal(give(case, AskExtension(hours=8, reason="x"), OPENED)) is None


def test_an_extension_that_a_cap_made_empty_is_granted_by_nobody_and_not_by_silence() -> None:
    pinned = extending(default=Default.GRANT)
    case = give(
        case_at(Stage.SIGNED, pinned=pinned), AskExtension(hours=8, reason="x"), OPENED
    ).case
    capped = tuple(
        replace(clock, cap=OPENED + hours(50)) if clock.id == "holder" else clock
        for clock in case.clocks
    )
    case = replace(case, clocks=capped)

    by_a_person = give(
        case, Answer(part="extension-1", granted=True, reason="Yes."), OPENED, by=SUPERVISOR
    )
    silent = give(case, "ring", OPENED + hours(27))

    assert refusal(by_a_person) is Refusal.OUTSIDE_OUR_POWER
    moved = [e.fact for e in silent.events if isinstance(e.fact, PartMoved)]
    assert [fact.to for fact in moved if fact.part == "extension-1"] == [PartState.REFUSED]
    assert not any(isinstance(event.fact, Extended) for event in silent.events)


@pytest.mark.parametrize(
    ("by_head", "role", "why"),
    [
        (True, Role.HANDLER, Refusal.WRONG_ROLE),
        (True, Role.UNIT_HEAD, None),
        (None, Role.HANDLER, None),
    ],
)
def test_the_head_of_the_unit_asks_where_the_policy_wants_two_approvals(
    by_head: Literal[True] | None, role: Role, why: Refusal | None
) -> None:
    case = case_at(Stage.SIGNED, pinned=plan(parts=ruled(PartKind.EXTENSION, by_head=by_head)))
    act = AskExtension(hours=8, reason="Rain.")

    assert refusal(give(case, act, OPENED, by=ACTORS[role])) is why


RESUME = Resume(reason="It thaws.")
BEFORE = at("2026-07-03 08:00")


def rested(by: Actor, **changes: object) -> Case:
    pinned = replace(plan(), **changes)  # type: ignore[arg-type]
    return give(case_at(Stage.SIGNED, pinned=pinned), REST, OPENED, by=by).case


def test_a_supervisor_does_not_resume_what_a_leader_suspended() -> None:
    case = rested(LEADER)

    assert refusal(give(case, RESUME, BEFORE, by=SUPERVISOR)) is Refusal.WRONG_ROLE
    assert give(case, RESUME, BEFORE, by=LEADER).case.suspended_until is None


@pytest.mark.parametrize("by", [SUPERVISOR, LEADER])
def test_what_a_supervisor_suspended_the_office_resumes(by: Actor) -> None:
    assert give(rested(SUPERVISOR), RESUME, BEFORE, by=by).case.suspended_until is None


def test_a_supervisor_does_not_resume_what_a_leader_granted() -> None:
    case = give(case_at(Stage.SIGNED), ASK, OPENED).case
    yes = Answer(part="suspension-1", granted=True, reason="Frost.")
    case = give(case, yes, OPENED, by=LEADER).case

    assert refusal(give(case, RESUME, BEFORE, by=SUPERVISOR)) is Refusal.WRONG_ROLE


@pytest.mark.parametrize(
    ("order", "refused"), [(SuperiorOrder("1", "city"), Refusal.WRONG_ROLE), (None, None)]
)
def test_what_rests_by_a_superiors_order_a_leader_resumes(
    order: SuperiorOrder | None, refused: Refusal | None
) -> None:
    standing = Arrival(suspended_until=NEXT_WEEK, reason="Frost.")
    rules = 2 if order is None else RULES  # since then no case rests by its source's word alone
    case = opened(replace(plan(complaint(superior=order, standing=standing)), rules=rules))

    assert refusal(give(case, RESUME, BEFORE, by=SUPERVISOR)) is refused
    assert give(case, RESUME, BEFORE, by=LEADER).case.suspended_until is None


def test_what_a_leader_suspended_goes_on_by_itself_at_its_end() -> None:
    case = give(rested(LEADER), "ring", NEXT_WEEK + timedelta(minutes=5)).case

    assert case.suspended_until is None


def test_a_supervisor_resumes_a_running_case_as_before() -> None:
    case = rested(LEADER, rules=None)

    assert give(case, RESUME, BEFORE, by=SUPERVISOR).case.suspended_until is None


def test_where_the_policy_gives_no_hour_more_the_refusal_says_so() -> None:
    case = case_at(Stage.SIGNED, pinned=extending(longest=hours(0)))
    [event] = give(case, AskExtension(hours=1, reason="Rain."), OPENED).events

    assert getattr(event.fact, "refusal", None) is Refusal.NOT_PROVIDED
    assert "the policy gives no extension of an hour" in getattr(event.fact, "detail", "")
