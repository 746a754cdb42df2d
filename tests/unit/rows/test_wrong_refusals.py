"""A refusal that was found wrong buys no time: all goes on as if it had not been given."""

from dataclasses import replace
from datetime import datetime

from domain.case.escalation.facts import DeadlineMissed
from domain.case.requests.acts import Answer
from domain.planning.plans import RULES
from domain.sla.case_clocks import ACCEPT, CITIZEN, HOLDER
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, ORDER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story, only

NINE, TEN, NOON = (at(f"2026-07-01 {hour}:00") for hour in ("09", "10", "12"))
NEXT_DAY = at("2026-07-02 09:00")
WRONG = Answer(part="refusal-1", granted=False, reason="It is ours.")


def came(*, rules: int | None = RULES) -> Story:
    """Four working hours to find a unit, which end at noon."""
    return Story(replace(plan(holder=None, callback=False), rules=rules))


def found_wrong(story: Story, refused: datetime, when: datetime) -> None:
    story.do("refuse", refused)
    story.do(WRONG, when, by=ACTORS[Role.SUPERVISOR])


def test_the_promise_runs_as_if_there_had_been_no_refusal() -> None:
    story = came()
    promise = story.clock(CITIZEN)
    found_wrong(story, NINE, NEXT_DAY)

    assert promise == story.clock(CITIZEN)


def test_the_platform_has_the_time_that_it_had_left() -> None:
    story = came()
    assert NOON == story.due(ACCEPT)
    found_wrong(story, TEN, NEXT_DAY)

    # Two of four hours are left; while the office read the refusal they waited.
    assert at("2026-07-02 11:00") == story.due(ACCEPT)


def test_a_promise_that_passed_while_the_refusal_was_read_is_recorded() -> None:
    story = came()
    found_wrong(story, NINE, at("2026-07-13 09:00"))
    missed = only(story.wait(at("2026-07-13 09:01")), DeadlineMissed)

    assert CITIZEN in {fact.clock for fact in missed}


def test_a_unit_that_had_returned_the_case_has_no_more_time_either() -> None:
    story = Story()
    for kind in ("sign", "return", "answer"):
        story.do(kind, TEN)
    found_wrong(story, TEN, NEXT_DAY)
    story.do("dispatch", NEXT_DAY)

    # 38 of 40 hours, from Thursday at nine on.
    assert at("2026-07-08 17:00") == story.due(HOLDER)


def test_a_refusal_that_the_superior_sends_back_leaves_the_platform_what_it_had() -> None:
    story = Story(plan(complaint(category=None, superior=ORDER), holder=None))
    story.do("refuse", TEN)
    story.do("send_back", NEXT_DAY)

    assert Stage.TRIAGED is story.case.stage
    assert at("2026-07-02 11:00") == story.due(ACCEPT)


def test_a_unit_of_a_superiors_case_that_was_sent_back_has_its_clock_again() -> None:
    story = Story(plan(complaint(superior=ORDER)))
    for kind in ("sign", "return", "answer", "refuse"):
        story.do(kind, TEN)
    for kind in ("send_back", "dispatch"):
        story.do(kind, NEXT_DAY)

    assert story.due(HOLDER) is not None


def test_a_case_from_before_begins_anew() -> None:
    story = came(rules=None)
    found_wrong(story, TEN, NEXT_DAY)

    assert at("2026-07-02 15:00") == story.due(ACCEPT)
