"""An exemption by two deciders: the first grants it, the second decides (考评申诉)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.commands import Actor
from domain.case.participants import inbox
from domain.case.parts.facts import PartMoved, PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.planning.plans import RULES, CasePlan
from domain.policy.part_rules import Default, PartKind, PartRule
from domain.reporting.misses import misses_of
from domain.sla.calendars import Calendar
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.vocabulary import Role
from gateways.holidays import china
from packs import pack_of, shipped_packs
from store.packs.loader import load_pack
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story, only

DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
COLLEAGUE = Actor("tong", Role.DISPATCHER, "platform")
MONDAY, TUESDAY = at("2026-07-13 10:00"), at("2026-07-14 10:00")
GRANTED = Answer(part="exemption-1", granted=True, reason="The road was closed.")
REFUSED = replace(GRANTED, granted=False)
TWO_DAYS = timedelta(hours=16)


def by_two(pinned: CasePlan, default: Default = Default.REFUSE) -> CasePlan:
    def second(rule: PartRule) -> PartRule:
        if rule.kind is not PartKind.EXEMPTION:
            return rule
        said = replace(rule, decider=Role.DISPATCHER, second=Role.SUPERVISOR, default=default)
        return replace(said, budget=TWO_DAYS, then=TWO_DAYS)

    return replace(pinned, parts=tuple(second(rule) for rule in pinned.parts))


def closed_late(pinned: CasePlan) -> Story:
    """A case that was closed late, an hour before Monday at ten."""
    story = Story(pinned)
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    late = story.due(HOLDER)
    assert late is not None
    late += timedelta(hours=1)
    story.wait(late)
    for kind in ("resolve", "verify"):
        story.do(kind, late)
    story.do("close", MONDAY - timedelta(hours=1))
    return story


def appealed(default: Default = Default.REFUSE) -> Story:
    """A case that was closed late, and whose unit asks on Monday at ten to be exempted."""
    story = closed_late(by_two(plan(), default))
    story.do("ask_exemption", MONDAY)
    return story


def due_of(story: Story, calendar: Calendar) -> datetime:
    clock = story.clock("exemption-1")
    return calendar.advance(clock.started_at, clock.budget)


def test_both_deciders_grant_it_and_the_miss_stays_a_fact() -> None:
    story = appealed()
    story.do(GRANTED, MONDAY + timedelta(hours=1), by=DISPATCHER)
    between = story.case.exempt
    waits_for = inbox(story.case)
    story.do(GRANTED, TUESDAY, by=SUPERVISOR)

    assert between is False
    assert story.case.plan.office in waits_for
    assert story.case.exempt
    assert HOLDER in {miss.clock for miss in story.case.misses}
    assert all(miss.exempt for miss in story.case.misses)


def test_the_first_refusal_ends_it() -> None:
    story = appealed()
    story.do(REFUSED, TUESDAY, by=DISPATCHER)

    assert PartState.REFUSED is story.part("exemption-1").state
    assert story.case.exempt is False


def test_the_second_may_refuse_what_the_first_granted() -> None:
    story = appealed()
    story.do(GRANTED, MONDAY, by=DISPATCHER)
    story.do(REFUSED, TUESDAY, by=SUPERVISOR)

    assert PartState.REFUSED is story.part("exemption-1").state
    assert story.case.exempt is False


def test_a_decider_of_the_first_rank_does_not_decide_second() -> None:
    story = appealed()
    story.do(GRANTED, MONDAY, by=DISPATCHER)
    code, words = story.refused(GRANTED, TUESDAY, by=COLLEAGUE)

    assert Refusal.WRONG_ROLE is code
    assert "exemption-1 is for a supervisor to answer" == words


def test_one_person_does_not_decide_twice() -> None:
    story = appealed()
    story.do(GRANTED, MONDAY, by=SUPERVISOR)
    code, words = story.refused(GRANTED, TUESDAY, by=SUPERVISOR)
    story.do(GRANTED, TUESDAY, by=OFFICE_LEADER)

    assert Refusal.SAME_PERSON is code
    assert "zhou has answered exemption-1 first; another person decides second" == words
    assert story.case.exempt


def test_each_decider_has_two_working_days() -> None:
    story = appealed()
    calendar = story.case.plan.calendar
    first = due_of(story, calendar)
    story.do(GRANTED, TUESDAY, by=DISPATCHER)
    second = due_of(story, calendar)

    assert calendar.advance(MONDAY, TWO_DAYS) == first
    assert calendar.advance(TUESDAY, TWO_DAYS) == second


@pytest.mark.parametrize("answered", [False, True])
def test_silence_exempts_nothing(answered: bool) -> None:
    story = appealed()
    if answered:
        story.do(GRANTED, MONDAY, by=DISPATCHER)
    story.wait(at("2026-07-18 10:00"))

    assert PartState.REFUSED is story.part("exemption-1").state
    assert story.case.exempt is False


def test_silence_that_grants_is_the_first_answer_only() -> None:
    story = appealed(Default.GRANT)
    facts = story.wait(at("2026-07-15 18:00"))

    assert [PartState.AGREED] == [fact.to for fact in only(facts, PartMoved)]
    assert story.case.exempt is False


@pytest.mark.parametrize("tenant", [path.name for path in shipped_packs()])
def test_the_shipped_packs_have_two_deciders(tenant: str) -> None:
    policy = load_pack(pack_of(tenant), {"china": china})
    rules = [rule for rule in policy.parts if rule.kind is PartKind.EXEMPTION]

    assert [(Role.DISPATCHER, Role.SUPERVISOR)] == [(r.decider, r.second) for r in rules]
    assert [(TWO_DAYS, TWO_DAYS, 1)] == [(r.budget, r.then, r.limit) for r in rules]


def test_an_exemption_is_asked_for_within_the_time_of_the_policy() -> None:
    story = closed_late(replace(plan(), appeal_window=timedelta(hours=8)))
    over = at("2026-07-14 09:00")  # eight working hours after the end
    code, words = story.refused("ask_exemption", over + timedelta(minutes=1))
    story.do("ask_exemption", over)

    assert Refusal.TOO_LATE is code
    assert "within 8 working hours" in words


# --- What the unit of who decides has missed.


def late_twice(rules: int = RULES) -> Story:
    """The unit reports late, and the promise to the citizen passes while the platform looks."""
    story = Story(replace(by_two(plan()), rules=rules))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    story.wait(at("2026-07-08 09:00"))
    story.do("resolve", at("2026-07-08 09:00"))
    story.wait(MONDAY - timedelta(hours=1))
    story.do("verify", MONDAY - timedelta(hours=1))
    story.do("close", MONDAY - timedelta(hours=1))
    story.do("ask_exemption", MONDAY)
    return story


def exempted(story: Story, *deciders: Actor) -> dict[str, bool]:
    for each in deciders:
        story.do(GRANTED, TUESDAY, by=each)
    return {miss.clock: miss.exempt for miss in story.case.misses}


LEADER = ACTORS[Role.LEADER]


@pytest.mark.parametrize(
    "deciders",
    [(DISPATCHER, SUPERVISOR), (replace(SUPERVISOR, own_unit="platform"), LEADER)],
    ids=["its dispatcher", "a deputy of the office"],
)
def test_who_decides_exempts_nothing_that_the_own_unit_missed(deciders: tuple[Actor, ...]) -> None:
    story = late_twice()
    found = exempted(story, *deciders)

    assert {HOLDER: True, CITIZEN: False} == found
    assert ("platform", CITIZEN) in misses_of(story.case, story.events)
    assert ("squad", HOLDER) not in misses_of(story.case, story.events)


def test_others_exempt_what_the_platform_missed() -> None:
    assert {HOLDER: True, CITIZEN: True} == exempted(late_twice(), SUPERVISOR, LEADER)


def test_in_a_running_case_all_is_exempted_as_before() -> None:
    assert {HOLDER: True, CITIZEN: True} == exempted(late_twice(2), DISPATCHER, SUPERVISOR)
