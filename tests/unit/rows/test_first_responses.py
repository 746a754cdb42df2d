"""A first response is contact with who reported, or arrival on the spot; a note is neither."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.handling.acts import Progress
from domain.planning.plans import RULES
from domain.sla.case_clocks import FIRST
from domain.vocabulary import Response
from tests.builders import PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
HALF = timedelta(minutes=30)


def signed(rules: int = RULES, *, callback: bool = True) -> Story:
    story = Story(replace(plan(callback=callback), rules=rules))
    story.do("sign", NINE)
    return story


def runs(story: Story) -> bool:
    return story.clock(FIRST).is_running


@pytest.mark.parametrize(
    ("act", "responds"),
    [
        (Progress(note="We will see."), False),
        (Progress(note="No one answers.", response=Response.NOT_REACHED), False),
        (Progress(note="She told us more.", response=Response.REACHED), True),
        (Progress(note="We are there.", response=Response.ON_SITE), True),
        (Progress(note="So it looks.", evidence=(PHOTO,)), True),
    ],
)
def test_what_ends_the_time_of_the_first_response(act: Progress, *, responds: bool) -> None:
    story = signed()
    story.do(act, TEN)

    assert runs(story) is not responds


@pytest.mark.parametrize(
    ("calls", "responds"),
    [
        ((TEN, TEN + 2 * HALF, TEN + 4 * HALF), True),
        ((TEN, TEN + 2 * HALF), False),
        ((TEN, TEN + HALF / 2, TEN + HALF), False),
    ],
)
def test_three_calls_in_vain_are_a_response_and_calls_at_once_are_one(
    calls: tuple[datetime, ...], *, responds: bool
) -> None:
    story = signed()
    for when in calls:
        story.do(Progress(note="No one answers.", response=Response.NOT_REACHED), when)

    assert runs(story) is not responds


def test_where_there_is_no_one_to_call_a_note_is_enough() -> None:
    story = signed(callback=False)
    story.do(Progress(note="We looked."), TEN)

    assert not runs(story)


def test_a_running_case_goes_on_as_before() -> None:
    story = signed(rules=2)
    story.do(Progress(note="We will see."), TEN)

    assert not runs(story)
