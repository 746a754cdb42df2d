"""What the citizen says, dissatisfaction one level up, and the two signatures of supervision."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close, Verify
from domain.case.closing.facts import CalledBack, Closed, Countersigned, Reworked, Verified
from domain.case.commands import Actor
from domain.case.decide import Decision
from domain.case.events import CommandRefused, Fact
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CALLBACK, CITIZEN, FIRST, HOLDER, SIGN, VERIFY
from domain.sla.clocks import Clock, Due, Measure, due
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, case_at, give, plan
from tests.town import CALENDAR, at, hours

EVENING = at("2026-07-01 18:00")
UNSATISFIED = Close(callback=Callback.UNSATISFIED, note="Still there.")
NOT_REACHED = Close(callback=Callback.NOT_REACHED)


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


def test_a_citizen_who_is_not_reached_is_called_three_times_on_two_days() -> None:
    case = case_at(Stage.VERIFIED)
    for call in ("first", "second", "third"):
        decision = give(case, NOT_REACHED, EVENING, id_=call)
        case = decision.case

        more = hours(16) if call == "first" else None
        assert [CalledBack(callback=Callback.NOT_REACHED, more=more)] == facts(decision)
        assert Stage.VERIFIED == case.stage
        assert clock(case, CALLBACK).is_running is True

    next_day = give(case, NOT_REACHED, EVENING + hours(24), id_="fourth")
    at_once = give(next_day.case, NOT_REACHED, EVENING + hours(24.5), id_="fifth")
    later = give(at_once.case, NOT_REACHED, EVENING + hours(25), id_="sixth")

    assert Stage.VERIFIED == next_day.case.stage
    assert Stage.VERIFIED == at_once.case.stage
    assert [Closed(callback=Callback.NOT_REACHED)] == facts(later)


def test_calls_at_once_count_each_in_a_running_case() -> None:
    case = case_at(Stage.VERIFIED, pinned=replace(plan(), rules=2))
    for call in ("first", "second", "third"):
        case = give(case, NOT_REACHED, EVENING, id_=call).case
    next_day = give(case, NOT_REACHED, EVENING + hours(24), id_="fourth")

    assert [Closed(callback=Callback.NOT_REACHED)] == facts(next_day)


def test_a_case_of_the_first_rules_is_closed_by_the_third_call() -> None:
    case = case_at(Stage.VERIFIED, pinned=replace(plan(), rules=None))
    for call in ("first", "second", "third"):
        case = give(case, NOT_REACHED, EVENING, id_=call).case

    assert Stage.CLOSED == case.stage


def test_calls_on_a_day_off_do_not_make_two_working_days() -> None:
    case = case_at(Stage.VERIFIED)
    for day in (4, 5):  # Saturday, Sunday
        case = give(case, NOT_REACHED, at(f"2026-07-0{day} 10:00"), id_=f"July {day}").case
    for day in (6, 7):
        assert Stage.VERIFIED == case.stage
        case = give(case, NOT_REACHED, at(f"2026-07-0{day} 10:00"), id_=f"July {day}").case

    assert Stage.CLOSED == case.stage


@pytest.mark.parametrize(("hour", "stage"), [(7, Stage.VERIFIED), (8, Stage.CLOSED)])
def test_calls_before_eight_in_the_morning_do_not_count(hour: int, stage: Stage) -> None:
    case = called_at(hour, plan())

    assert stage == case.stage


@pytest.mark.parametrize(("hour", "stage"), [(19, Stage.CLOSED), (20, Stage.VERIFIED)])
def test_calls_after_eight_in_the_evening_do_not_count_on_any_clock(
    hour: int, stage: Stage
) -> None:
    case = called_at(hour, plan(measure=Measure.CONTINUOUS))

    assert stage == case.stage


def called_at(hour: int, pinned: CasePlan) -> Case:
    """Return a case after three calls at this hour, on three working days."""
    case = case_at(Stage.VERIFIED, pinned=pinned)
    for number, day in enumerate((1, 2, 3)):
        when = at(f"2026-07-0{day} {hour:02}:{number}0")
        case = give(case, NOT_REACHED, when, id_=f"call {number}").case
    return case


def test_the_time_to_call_is_doubled_by_the_first_call_that_counts() -> None:
    case = case_at(Stage.VERIFIED)
    gained = []
    for number, when in enumerate(("2026-07-02 06:00", "2026-07-02 09:00", "2026-07-02 10:00")):
        decision = give(case, NOT_REACHED, at(when), id_=f"call {number}")
        case = decision.case
        gained += [fact.more for fact in facts(decision) if isinstance(fact, CalledBack)]

    assert gained == [None, hours(16), None]


def test_calls_of_a_clock_that_counts_every_day_may_be_on_days_off() -> None:
    case = case_at(Stage.VERIFIED, pinned=plan(measure=Measure.CONTINUOUS))
    for call in ("2026-07-04 10:00", "2026-07-04 15:00", "2026-07-05 10:00"):
        case = give(case, NOT_REACHED, at(call), id_=call.replace(" ", "T")).case

    assert Stage.CLOSED == case.stage


@pytest.mark.parametrize(
    "act", [Close(callback=Callback.SATISFIED), NOT_REACHED, Rate(callback=Callback.SATISFIED)]
)
@pytest.mark.parametrize(
    "by",
    [
        Actor("li", Role.HOTLINE, "platform"),
        Actor("feng", Role.HOTLINE, "squad"),
        Actor("feng", Role.HOTLINE, "platform", for_person="sun", own_unit="squad"),
    ],
    ids=["who resolved it", "of the same unit", "a deputy of the same unit"],
)
def test_the_unit_that_resolved_a_case_does_not_say_how_content_the_citizen_is(
    act: Close | Rate, by: Actor
) -> None:
    case = case_at(Stage.VERIFIED)

    assert Refusal.SAME_PERSON == refusal(give(case, act, EVENING, by=by))


def test_a_rating_after_the_end_is_not_the_resolvers_either() -> None:
    case, said = case_at(Stage.CLOSED), Rate(callback=Callback.SATISFIED)

    assert Refusal.SAME_PERSON == refusal(
        give(case, said, EVENING, by=Actor("li", Role.HOTLINE, "platform"))
    )


def test_the_platform_calls_the_citizens_of_its_own_cases_by_another_person() -> None:
    case, said = case_at(Stage.VERIFIED), Close(callback=Callback.SATISFIED)
    case = replace(case, holder="platform", resolved_by="wang")

    assert refusal(give(case, said, EVENING, by=Actor("wang", Role.HOTLINE, "platform"))) == (
        Refusal.SAME_PERSON
    )
    assert Stage.CLOSED == give(case, said, EVENING).case.stage


def test_a_deputy_of_the_unit_that_handled_a_case_does_not_verify_it() -> None:
    case = case_at(Stage.RESOLVED)
    deputy = Actor("feng", Role.VERIFIER, "platform", for_person="qian", own_unit="squad")
    other = replace(deputy, own_unit="water")

    assert Refusal.SAME_PERSON == refusal(give(case, "verify", EVENING, by=deputy))
    assert Stage.VERIFIED == give(case, "verify", EVENING, by=other).case.stage


def test_only_the_office_rules_that_a_citizen_has_no_cause() -> None:
    unhappy = Rate(callback=Callback.UNSATISFIED)
    case = give(case_at(Stage.RESOLVED), unhappy, EVENING, by=ACTORS[Role.REPORTER]).case
    case = give(case, "verify", EVENING).case
    act = Close(callback=Callback.EXPLAINED, note="As agreed.")
    ruled = give(case, act, EVENING, by=ACTORS[Role.SUPERVISOR])

    assert Refusal.WRONG_ROLE is refusal(give(case, act, EVENING))
    assert [Closed(callback=Callback.EXPLAINED, note="As agreed.")] == facts(ruled)


def unsatisfied(tier: Tier) -> Decision:
    return give(case_at(Stage.VERIFIED, tier=tier), UNSATISFIED, EVENING, id_="unsatisfied")


def test_the_first_time_the_same_unit_handles_it_again_in_the_time_for_that() -> None:
    decision = unsatisfied(Tier.ASSIGN)
    holder = clock(decision.case, HOLDER)

    assert [
        CalledBack(callback=Callback.UNSATISFIED, note="Still there."),
        Reworked(reason="Still there.", dissatisfied=True),
    ] == facts(decision)
    assert {CITIZEN, SIGN, FIRST, HOLDER} == running(decision.case)
    assert Stage.DISPATCHED == decision.case.stage
    assert Tier.ASSIGN == decision.case.tier
    assert "squad" == decision.case.holder
    # 24 working hours from the evening of Wednesday.
    assert Due(at("2026-07-06 18:00"), provisional=False) == due(holder, CALENDAR)


def test_dissatisfaction_goes_one_level_up() -> None:
    direct = unsatisfied(Tier.DIRECT)
    again = unsatisfied(Tier.ASSIGN).case
    for kind in ("sign", "resolve", "verify"):
        again = give(again, kind, EVENING).case
    second = give(again, UNSATISFIED, EVENING, id_="second")

    assert Tier.ASSIGN is direct.case.tier
    assert Tier.SUPERVISE is second.case.tier
    assert ["called_back", "circulated", "tier_raised", "dispatched"] == [
        fact.kind for fact in facts(second)
    ]


def test_in_the_highest_tier_the_leading_group_rules_on_it() -> None:
    decision = unsatisfied(Tier.SUPERVISE)
    leader = replace(ACTORS[Role.LEADER], id="shao")  # the other one has signed
    no = Answer(part="dissatisfaction-1", granted=False, reason="The law forbids more.")
    refused = give(decision.case, no, EVENING, by=leader)
    granted = give(decision.case, replace(no, granted=True), EVENING, by=leader)

    assert ["called_back", "part_opened"] == [fact.kind for fact in facts(decision)]
    assert Refusal.WRONG_ROLE is refusal(
        give(decision.case, no, EVENING, by=ACTORS[Role.SUPERVISOR])
    )
    assert Closed(callback=Callback.EXPLAINED, note=no.reason) == facts(refused)[-1]
    assert Reworked(reason=no.reason, dissatisfied=True) == facts(granted)[-1]


# Two signatures in the tier of supervision.


def test_a_supervised_case_needs_two_signatures_of_different_people() -> None:
    case = case_at(Stage.RESOLVED, tier=Tier.SUPERVISE)
    first = give(case, "verify", EVENING)
    second = give(first.case, "verify", EVENING, by=ACTORS[Role.SUPERVISOR], id_="second")

    assert [Countersigned(note="They are gone.")] == facts(first)
    assert Stage.RESOLVED == first.case.stage
    assert clock(first.case, VERIFY).is_running is True
    assert [Verified(note="They are gone.")] == facts(second)
    assert ("qian", "zhou") == second.case.signatures


def test_the_second_signature_is_the_offices_and_never_the_same_persons() -> None:
    case = case_at(Stage.RESOLVED, tier=Tier.SUPERVISE)
    by_verifier = give(case, "verify", EVENING).case
    same = replace(ACTORS[Role.SUPERVISOR], id=ACTORS[Role.VERIFIER].id)
    dispatcher = ACTORS[Role.DISPATCHER]

    assert Refusal.SAME_PERSON is refusal(give(by_verifier, "verify", EVENING, by=same, id_="2"))
    assert Refusal.WRONG_ROLE is refusal(give(by_verifier, "verify", EVENING, by=dispatcher))


def test_after_rework_both_signatures_are_given_anew() -> None:
    case = give(case_at(Stage.RESOLVED, tier=Tier.SUPERVISE), "verify", EVENING).case
    case = give(
        case,
        Verify(passed=False, note="Still there."),
        EVENING,
        by=ACTORS[Role.SUPERVISOR],
        id_="no",
    ).case
    case = give(case, "resolve", EVENING).case

    assert () == case.signatures
    assert [Countersigned(note="They are gone.")] == facts(
        give(case, "verify", EVENING, id_="anew")
    )


def test_a_withdrawn_case_of_the_first_rules_leaves_nothing_open_not_even_a_penalty() -> None:
    """Found by a random life: it stayed open for ever, with a clock that stood still."""
    first_rules = replace(plan(), rules=None)
    filed = give(case_at(Stage.SIGNED, pinned=first_rules), "file_penalty", EVENING).case
    assert filed.open_parts()

    withdrawn = give(filed, "withdraw", EVENING)

    assert not withdrawn.case.open_parts()
    assert [fact.kind for fact in facts(withdrawn)] == ["part_moved", "withdrawn"]
    assert running(withdrawn.case) == set()
