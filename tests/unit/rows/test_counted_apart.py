"""What the report counts apart: what was settled on the spot, and what was not signed in time."""

from dataclasses import replace
from datetime import date

import pytest

from domain.case.dispatch.acts import Dispatch
from domain.case.escalation.facts import DeadlineMissed
from domain.case.requests.acts import Answer
from domain.complaints import Arrival
from domain.planning.plans import Similar
from domain.reporting.indicators import CaseCounts
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from domain.sla.case_clocks import SIGN
from domain.vocabulary import Role, Stage, Tier
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, complaint, plan, swept
from tests.town import at
from tests.unit.rows.story import Story, only

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


def statistics(*stories: Story) -> CaseCounts:
    report = PeriodReport(JULY)
    for story in stories:
        report.add(story.events)
    return report.all_tiers


def closed() -> Story:
    story = Story(plan())
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, at("2026-07-01 09:00"))
    return story


def test_row_31_closure_statistics_count_what_was_settled_on_the_spot_apart() -> None:
    """A collector's own work closes as it arrives, so it would be all closed and all in time."""
    spot = Story(plan(swept(), tier=Tier.DIRECT))
    assert Stage.CLOSED is spot.case.stage
    found = statistics(spot, closed(), Story(plan()))

    assert 3 == found.received
    assert 1 == found.self_handled
    assert 2 == found.accepted
    assert 50.0 == found.closing_rate
    assert 100.0 == found.in_time_rate


def test_row_31_closure_statistics_count_an_answer_that_came_with_the_question_as_closed() -> None:
    asked = complaint(standing=Arrival(result="Until five."))
    found = statistics(Story(replace(plan(asked, tier=Tier.DIRECT), consult=True)))

    assert 0 == found.self_handled
    assert 1 == found.closed


def test_row_31_closure_statistics_count_a_reopened_case_as_one_of_its_unit() -> None:
    spot = Story(plan(swept(), tier=Tier.DIRECT))
    spot.do("ask_reopening", at("2026-07-01 09:00"))
    yes = Answer(part="reopening-1", granted=True, reason="So it is.")
    spot.do(yes, at("2026-07-01 10:00"), by=ACTORS[Role.LEADER])

    assert 1 == statistics(spot).accepted


# --- A unit that did not sign in time may still return the case; the miss stays.


def unsigned() -> Story:
    """The squad has four working hours to sign, and lets them pass."""
    story = Story(plan())
    missed = only(story.wait(at("2026-07-01 16:00")), DeadlineMissed)
    assert SIGN in {fact.clock for fact in missed}
    return story


def granted(story: Story, unit: str) -> None:
    """Return the case and give it to a unit, which signs it in time."""
    story.do("return", at("2026-07-01 16:10"))
    yes = Answer(part="return-1", granted=True, reason="So it is.")
    story.do(yes, at("2026-07-01 16:20"), by=ACTORS[Role.DISPATCHER])
    story.do(Dispatch(unit=unit), at("2026-07-01 16:30"))


@pytest.mark.parametrize("unit", ["water", "squad"])
def test_a_return_does_not_erase_that_a_unit_did_not_sign_in_time(unit: str) -> None:
    story = unsigned()
    granted(story, unit)
    handler = ACTORS[Role.HANDLER]
    by = handler if unit == "squad" else replace(handler, id="chen", unit="water")
    story.do("sign", at("2026-07-01 16:40"), by=by)
    rows = [fact.clock for fact in only([event.fact for event in story.events], DeadlineMissed)]

    assert 1 == rows.count(SIGN)
    assert 1 == statistics(story).sign_late


def test_a_refused_return_does_not_erase_that_a_unit_did_not_sign_in_time() -> None:
    story = unsigned()
    story.do("return", at("2026-07-01 16:10"))
    no = Answer(part="return-1", granted=False, reason="It is yours.")
    story.do(no, at("2026-07-01 16:20"), by=ACTORS[Role.DISPATCHER])
    story.do("sign", at("2026-07-01 16:30"))

    assert 1 == statistics(story).sign_late


def test_a_withdrawn_case_that_was_not_signed_in_time_stays_in_the_figures() -> None:
    story = unsigned()
    story.do("withdraw", at("2026-07-01 16:10"))

    assert 1 == statistics(story).withdrawn
    assert 1 == statistics(story).sign_late


def test_what_was_signed_in_time_is_not_counted() -> None:
    assert 0 == statistics(closed()).sign_late


def test_row_31_what_another_case_led_to_and_what_was_reported_before_are_counted_apart() -> None:
    earlier = (Similar(case=OTHER_CASE, score=80, reason="same spot"),)
    led_to = replace(plan(), origin=OTHER_CASE, similar=earlier)
    repeated = replace(plan(), similar=earlier)
    found = statistics(Story(led_to), Story(repeated), Story(plan()))

    assert 3 == found.received
    assert 1 == found.follow_ons
    assert 1 == found.repeats
