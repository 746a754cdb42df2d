"""A result that does not hold buys time once, and what fell due meanwhile is made up."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.case.citizen.acts import Supplement
from domain.case.closing.acts import Verify
from domain.case.escalation.acts import Ring
from domain.case.joint_work.acts import Report
from domain.case.parts.facts import PartState
from domain.case.supervision.facts import Circulated
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.sla.ladders import Action, Late
from domain.vocabulary import Role
from tests.builders import ACTORS, plan
from tests.town import PLATFORM_LADDER, TO_OFFICE, at, hours, ladder, rung
from tests.unit.rows.story import Story

VERIFIER, REPORTER = ACTORS[Role.VERIFIER], ACTORS[Role.REPORTER]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")


def signed(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    story.do("progress", NINE)
    return story


def hollow(story: Story, given: datetime, looked: datetime) -> None:
    story.do("resolve", given)
    story.do(Verify(passed=False, note="Nothing done."), looked, by=VERIFIER)


def answered(story: Story, when: datetime) -> None:
    for part in story.case.open_parts(PartKind.LETTER):
        story.do(Report(part=part.id, text="It is done."), when)


def test_the_unit_does_not_pay_for_the_first_look_that_fails() -> None:
    story = signed()
    before = story.due("holder")
    hollow(story, TEN, at("2026-07-01 15:00"))

    assert story.due("holder") != before


def test_the_second_result_that_does_not_hold_buys_no_time() -> None:
    story = signed()
    hollow(story, TEN, at("2026-07-01 11:00"))
    before = story.due("holder")
    hollow(story, at("2026-07-01 14:00"), at("2026-07-02 16:00"))

    assert story.due("holder") == before


def test_under_the_first_rules_each_look_stops_the_clock() -> None:
    story = signed(rules=None)
    hollow(story, TEN, at("2026-07-01 11:00"))
    before = story.due("holder")
    hollow(story, at("2026-07-01 14:00"), at("2026-07-02 16:00"))

    assert story.due("holder") != before


def test_hollow_results_every_day_end_in_a_missed_deadline() -> None:
    story = signed()
    hollow(story, TEN, at("2026-07-01 11:00"))
    for day in ("02", "03", "06", "07", "08", "09"):
        hollow(story, at(f"2026-07-{day} 09:00"), at(f"2026-07-{day} 17:00"))
        answered(story, at(f"2026-07-{day} 17:00"))
    story.do(Ring(), at("2026-07-09 17:01"))

    assert "holder" in {miss.clock for miss in story.case.misses}


# --- What the promise to the citizen leads to while others look.

PROMISE = ladder(
    "citizen",
    rung("red", 2, share=100, tell=TO_OFFICE),
    rung("late", 3, Action.URGE_IN_WRITING, after=hours(8), tell=TO_OFFICE, late=Late.FIRE),
    rung("very-late", 4, Action.CIRCULATE, after=hours(24), tell=TO_OFFICE, late=Late.FIRE),
)
QUIET = ladder("holder", rung("red", 2, share=100))


def late_while_looked_at(looked: datetime, rules: int = 2) -> Story:
    """Return a case whose holder is late, and whose result is looked at until `looked`."""
    ladders = (PROMISE, PLATFORM_LADDER, QUIET)
    story = Story(replace(plan(ladders=ladders), rules=rules))
    story.do("sign", NINE)
    story.do("progress", NINE)
    due = story.due("citizen")
    if due is None:
        raise ValueError("the promise has no deadline")
    story.wait(due + timedelta(minutes=1))
    story.do("resolve", due + timedelta(minutes=2))
    story.wait(looked)
    story.do(Verify(passed=False, note="Nothing done."), looked, by=VERIFIER)
    return story


def test_a_letter_that_fell_while_others_looked_is_sent_when_the_result_fails() -> None:
    story = late_while_looked_at(at("2026-07-15 12:00"))

    assert [("citizen", "late")] == [part.of for part in story.case.open_parts(PartKind.LETTER)]


def test_a_circular_that_fell_while_others_looked_names_the_unit_when_the_result_fails() -> None:
    story = late_while_looked_at(at("2026-07-20 12:00"))
    named = [event.fact.unit for event in story.events if isinstance(event.fact, Circulated)]

    assert ["platform", "squad"] == named


def test_under_the_first_rules_such_a_letter_is_not_sent() -> None:
    story = late_while_looked_at(at("2026-07-15 12:00"), rules=1)

    assert () == story.case.open_parts(PartKind.LETTER)


# --- Urges.


def test_an_urge_outlasts_a_result_that_does_not_hold() -> None:
    story = signed()
    story.do("urge", NINE)
    hollow(story, TEN, at("2026-07-01 11:00"))

    assert PartState.OPEN is story.part("urge-1").state


def test_an_urge_ends_with_the_result_that_is_verified() -> None:
    story = signed()
    story.do("urge", NINE)
    story.do("resolve", TEN)
    story.do("verify", TEN)

    assert PartState.LAPSED is story.part("urge-1").state


def test_a_reminder_while_others_look_urges_the_unit_once_the_result_fails() -> None:
    story = signed()
    story.do("resolve", TEN)
    story.do(Supplement(text="It is still there.", reminder=True), TEN, by=REPORTER)
    story.do(Verify(passed=False, note="Nothing done."), at("2026-07-01 11:00"), by=VERIFIER)

    assert at("2026-07-01 17:00") == story.due("urge-1")
