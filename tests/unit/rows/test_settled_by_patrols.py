"""Settled on the spot (举手之劳): by a patrol, with a picture before and one after."""

from dataclasses import replace

import pytest

from domain.case.dispatch.facts import Dispatched
from domain.complaints import Complaint
from domain.vocabulary import Channel, Stage, Tier
from tests.acts import PHOTO, SCAN
from tests.builders import plan, swept
from tests.unit.rows.story import Story, only

SETTLED = swept()


def _came(about: Complaint, rules: int = 3) -> Story:
    return Story(replace(plan(about, tier=Tier.DIRECT), rules=rules))


def test_a_patrol_settles_with_a_picture_before_and_one_after() -> None:
    assert _came(SETTLED).case.stage is Stage.CLOSED


NOT_SETTLED = [
    ({"channel": Channel.HOTLINE}, "what comes by hotline is seen to by a unit"),
    ({"channel": Channel.DEPARTMENT}, "what comes by department is seen to by a unit"),
    ({"reply_wanted": True}, "and its reporter wants a reply"),
    ({"evidence": (PHOTO,)}, "with 1 of 2 pictures"),
    ({"evidence": (PHOTO, PHOTO)}, "with 1 of 2 pictures"),
    ({"evidence": (PHOTO, SCAN)}, "with 1 of 2 pictures"),
]


@pytest.mark.parametrize(("change", "why"), NOT_SETTLED)
def test_all_else_goes_to_its_unit_and_says_why(change: dict[str, object], why: str) -> None:
    story = _came(replace(SETTLED, **change))  # type: ignore[arg-type]
    [handed] = only([event.fact for event in story.events], Dispatched)

    assert story.case.stage is Stage.DISPATCHED
    assert why in handed.reason


def test_before_the_rule_one_picture_of_any_channel_was_enough() -> None:
    about = replace(SETTLED, channel=Channel.HOTLINE, reply_wanted=True, evidence=(PHOTO,))

    assert _came(about, rules=2).case.stage is Stage.CLOSED
