"""Who recorded calls in vain records no good word without saying how the citizen was reached."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close
from domain.case.refusals import Refusal
from domain.planning.plans import RULES
from domain.vocabulary import Callback, Role, Stage
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story

HOTLINE = ACTORS[Role.HOTLINE]
OTHER_SEAT = replace(HOTLINE, id="zhou")
VAIN = Close(callback=Callback.NOT_REACHED)
GOOD = pytest.mark.parametrize("word", [Callback.SATISFIED, Callback.BASICALLY_SATISFIED])
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
LATER = at("2026-07-02 15:00")


def called_in_vain(*moments: str, rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    for moment in moments:
        story.do(VAIN, at(moment), by=HOTLINE)
    return story


@GOOD
def test_a_seat_says_how_it_reached_the_citizen_after_a_call_in_vain(word: Callback) -> None:
    for act in (Close(callback=word), Rate(callback=word)):
        story = called_in_vain("2026-07-01 09:30")
        code, words = story.refused(act, TEN, by=HOTLINE)
        story.do(replace(act, note="He called back at ten."), TEN, by=HOTLINE)

        assert code is Refusal.REASON_NEEDED
        assert "how he was reached since" in words
        assert story.case.stage is Stage.CLOSED


@GOOD
def test_a_seat_rates_nothing_that_it_closed_as_not_reached(word: Callback) -> None:
    story = called_in_vain("2026-07-01 09:30", "2026-07-01 11:00", "2026-07-02 09:00")
    closed = story.case.stage
    act = Rate(callback=word, note="He is content.")
    code, words = story.refused(act, LATER, by=HOTLINE)
    story.do(act, LATER, by=OTHER_SEAT)

    assert closed is Stage.CLOSED
    assert code is Refusal.SAME_PERSON
    assert "another person who reached him" in words


def test_what_is_not_good_is_recorded_by_each_seat() -> None:
    story = called_in_vain("2026-07-01 09:30")
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), TEN, by=HOTLINE)

    assert story.case.dissatisfied == 1


def test_a_seat_that_called_no_one_in_vain_needs_no_note() -> None:
    story = called_in_vain("2026-07-01 09:30")
    story.do(Close(callback=Callback.SATISFIED), TEN, by=OTHER_SEAT)

    assert story.case.stage is Stage.CLOSED


def test_a_running_case_of_earlier_rules_is_closed_as_before() -> None:
    story = called_in_vain("2026-07-01 09:30", rules=2)
    story.do(Close(callback=Callback.SATISFIED), TEN, by=HOTLINE)

    assert story.case.stage is Stage.CLOSED
