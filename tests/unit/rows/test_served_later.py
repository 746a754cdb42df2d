"""What was served in time and typed later counts from its serving (补录送达)."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.commands import Actor
from domain.case.parts.facts import PartMoved, PartState
from domain.case.rectification.acts import OrderRectification, Serve
from domain.case.refusals import Refusal
from domain.case.supervision.acts import NoShow, Summon
from domain.vocabulary import Role, Tier
from schemas.commands import CommandMessage
from tests.acts import RECEIPT
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story, only

HANDLER = ACTORS[Role.HANDLER]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
HOUR, AFTER = at("2026-07-02 10:00"), at("2026-07-02 11:00")
MISSED = NoShow(part="interview-1")
LATE = Serve(part="interview-1", evidence=(RECEIPT,), served_at=TEN)


def summoned(rules: int = 3) -> Story:
    """Someone was summoned for an hour that is over, and no row says that it was served."""
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    story.do(Summon(whom="the owner", at=HOUR, about="The stalls."), NINE, by=HANDLER)
    story.wait(AFTER)
    assert story.part("interview-1").state is PartState.UNDER_WAY
    return story


def test_a_summons_that_is_typed_after_its_hour_can_be_missed() -> None:
    story = summoned()
    due = story.due("interview-1")
    [row] = only(story.do(LATE, AFTER), PartMoved)
    kept = story.due("interview-1")
    story.do(MISSED, AFTER, by=HANDLER)

    assert row.by == LATE
    assert kept == due  # typing it buys no time
    assert story.part("interview-1").state is PartState.FAILED
    assert story.part("tier_change-1").to is Tier.SUPERVISE


def test_without_the_moment_it_is_refused_and_says_how() -> None:
    code, words = summoned().refused(replace(LATE, served_at=None), AFTER)

    assert code is Refusal.WRONG_STEP
    assert "the hour of interview-1 is over; say with `served_at` when it was served" in words


@pytest.mark.parametrize("moment", [HOUR, AFTER, at("2026-07-01 08:30"), at("2026-07-03 08:00")])
def test_the_moment_lies_between_the_order_and_the_hour(moment: datetime) -> None:
    code, words = summoned().refused(replace(LATE, served_at=moment), AFTER)

    assert code is Refusal.BAD_DATE
    assert "correct `served_at`" in words


def test_the_moment_has_a_time_zone() -> None:
    code, words = summoned().refused(replace(LATE, served_at=TEN.replace(tzinfo=None)), AFTER)

    assert code is Refusal.BAD_DATE
    assert "in which time zone" in words


def test_it_is_served_once() -> None:
    story = summoned()
    story.do(LATE, AFTER)

    assert story.refused(LATE, AFTER)[0] is Refusal.MISSING_EVIDENCE


def test_the_days_of_an_order_count_from_its_serving() -> None:
    story = Story(plan())
    story.do("sign", NINE)
    order = OrderRectification(whom="the owner", items=("Clear the bank.",), days=7)
    story.do(order, NINE, by=HANDLER)
    story.do(replace(LATE, part="rectification-1"), AFTER)

    assert story.due("rectification-1") == at("2026-07-08 10:00")


def test_a_worker_of_the_release_before_takes_what_is_served_now() -> None:
    now = Serve(part="interview-1", evidence=(RECEIPT,))
    by = Actor("gu", Role.HANDLER, "squad")
    message = CommandMessage(id="1", actor=by, act=now).model_dump(mode="json")

    assert "served_at" not in message["act"]
