"""A unit that gets its case back does what it had left by the time that it had left."""

from dataclasses import replace

import pytest

from domain.case.dispatch.acts import Dispatch, Return
from domain.case.escalation.facts import DeadlineMissed
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Appoint
from domain.case.tiers.acts import RaiseTier
from domain.planning.plans import RULES
from domain.sla.case_clocks import FIRST, HOLDER, SIGN
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story, only

SUPERVISOR, DISPATCHER = ACTORS[Role.SUPERVISOR], ACTORS[Role.DISPATCHER]
EIGHT, NINE, TEN, ELEVEN = (at(f"2026-07-01 {hour}:00") for hour in ("08", "09", "10", "11"))
BACK = Return(reason="Not ours.")
STEPS = (SIGN, FIRST)


def came(tier: Tier = Tier.ASSIGN, rules: int = RULES) -> Story:
    return Story(replace(plan(tier=tier), rules=rules))


def dues(story: Story) -> list[object]:
    return [story.due(clock) for clock in (*STEPS, HOLDER)]


def answer(part: str, *, granted: bool = False, unit: str | None = None) -> Answer:
    return Answer(part=part, granted=granted, reason="As the list says.", unit=unit)


# --- A refused return is as if it had not been asked.


def test_a_refused_return_gives_its_unit_no_time() -> None:
    story = came()
    before = dues(story)
    story.do(BACK, NINE)
    story.do(answer("return-1"), TEN, by=DISPATCHER)

    assert before == dues(story)


def test_a_refused_second_return_gives_its_unit_no_time() -> None:
    story = came()
    before = dues(story)
    story.do(BACK, NINE)
    story.do(answer("return-1"), TEN, by=DISPATCHER)
    story.do(BACK, TEN)
    story.do(answer("ruling-1"), ELEVEN, by=SUPERVISOR)

    assert story.case.designated
    assert before == dues(story)


def test_a_deadline_that_passed_while_a_baseless_return_waited_is_missed_at_its_moment() -> None:
    story = came()
    signing = story.due(SIGN)
    story.do(BACK, at("2026-07-01 11:30"))
    story.do(answer("return-1"), at("2026-07-01 14:30"), by=DISPATCHER)
    facts = story.wait(at("2026-07-01 14:31"))

    missed = [fact.due_at for fact in only(facts, DeadlineMissed) if fact.clock == SIGN]
    assert [signing] == missed


def test_a_unit_does_not_pay_for_a_return_that_none_answered() -> None:
    story = came()
    story.do("sign", NINE)
    before = story.due(HOLDER)
    story.do(BACK, NINE)
    story.wait(at("2026-07-02 18:00"))

    assert not story.case.open_parts()
    assert (before or NINE) < (story.due(HOLDER) or NINE)


def test_a_refused_return_of_a_running_case_pauses_as_before() -> None:
    story = came(rules=2)
    before = story.due(HOLDER)
    story.do(BACK, NINE)
    story.do(answer("return-1"), TEN, by=DISPATCHER)

    assert (before or NINE) < (story.due(HOLDER) or NINE)


# --- The steps of a unit that gets its case back.


def test_a_ruling_that_keeps_a_raised_case_with_its_unit_restarts_no_step() -> None:
    story = came(Tier.DIRECT)
    before = dues(story)
    raised = RaiseTier(to=Tier.ASSIGN, reason="A permit has to be looked up.")
    story.do(raised, at("2026-07-01 08:15"), by=DISPATCHER)
    story.do(BACK, at("2026-07-01 08:20"))
    story.do(answer("return-1"), at("2026-07-01 08:25"), by=DISPATCHER)
    story.do(BACK, at("2026-07-01 08:25"))
    story.do(answer("ruling-1"), at("2026-07-01 08:30"), by=SUPERVISOR)

    assert story.case.tier is Tier.ASSIGN
    assert story.case.holder == "squad"
    assert before == dues(story)


def test_a_ruling_for_the_office_that_gives_the_case_back_restarts_no_step() -> None:
    """An hour of the first step is used up, and the three with the office do not count."""
    story = came()
    first = story.due(FIRST)
    story.do(BACK, NINE)
    story.do(answer("return-1"), NINE, by=DISPATCHER)
    story.do(BACK, NINE)
    story.do(answer("ruling-1", granted=True), NINE, by=SUPERVISOR)
    assert story.case.tier is Tier.SUPERVISE
    assert story.case.holder == "office"
    again = Appoint(lead="squad", members=("water",), instruction="It is yours.")
    story.do(again, at("2026-07-01 12:00"), by=ACTORS[Role.LEADER])

    assert "squad" == story.case.holder
    assert at("2026-07-01 18:00") == first
    assert at("2026-07-02 11:00") == story.due(FIRST)


@pytest.mark.parametrize("unit", ["squad", None])
def test_a_unit_that_gets_its_granted_return_back_has_what_was_left(unit: str | None) -> None:
    story = came()
    before = [story.clock(step).budget for step in STEPS]
    story.do(BACK, NINE)
    story.do(answer("return-1", granted=True, unit=unit), NINE, by=DISPATCHER)
    if unit is None:
        story.do(Dispatch(unit="squad", reason="Theirs."), NINE, by=DISPATCHER)

    assert [EIGHT, EIGHT] == [story.clock(step).started_at for step in STEPS]
    assert before == [story.clock(step).budget for step in STEPS]


def test_another_unit_begins_and_the_first_one_goes_on_when_it_has_the_case_again() -> None:
    story = came()
    story.do(BACK, NINE)
    story.do(answer("return-1", granted=True, unit="water"), NINE, by=DISPATCHER)
    assert NINE == story.clock(SIGN).started_at
    story.do(BACK, TEN, by=WATER_HANDLER)
    story.do(answer("ruling-1", granted=True, unit="squad"), TEN, by=SUPERVISOR)

    assert EIGHT == story.clock(SIGN).started_at


def test_what_a_unit_has_signed_it_signs_again_with_the_time_for_it() -> None:
    story = came()
    story.do("sign", NINE)
    story.do(BACK, NINE)
    story.do(answer("return-1", granted=True, unit="squad"), TEN, by=DISPATCHER)

    assert TEN == story.clock(SIGN).started_at


def test_a_missed_step_stays_missed_when_the_unit_gets_the_case_back() -> None:
    story = came()
    story.wait(at("2026-07-01 16:30"))
    assert story.clock(SIGN).missed
    story.do(BACK, at("2026-07-01 16:30"))
    story.do(answer("return-1", granted=True, unit="squad"), at("2026-07-01 17:00"), by=DISPATCHER)

    assert story.clock(SIGN).missed


def test_a_running_case_begins_its_steps_as_before() -> None:
    story = came(rules=2)
    story.do(BACK, NINE)
    story.do(answer("return-1", granted=True, unit="squad"), TEN, by=DISPATCHER)

    assert TEN == story.clock(SIGN).started_at
