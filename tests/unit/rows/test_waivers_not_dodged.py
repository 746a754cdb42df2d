"""No inquiry into the duty of officials, and no inspection, is waived by those whom it concerns."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.rectification.acts import OrderRectification, Serve
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint
from domain.vocabulary import Role
from tests.acts import FINDING, RECEIPT
from tests.builders import ACTORS
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story
from tests.unit.rows.test_own_decisions import DEPUTY, inquired, signed

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
TEN, ELEVEN = at("2026-07-01 10:00"), at("2026-07-01 11:00")
FEI = replace(LEADER, id="fei")
AWAY = Waive(part="inquiry-2", reason="Not needed.", evidence=(FINDING,))


@pytest.mark.parametrize(
    "by",
    [LEADER, replace(OFFICE_LEADER, role=Role.LEADER, for_person="wu")],
    ids=["who opened it", "the deputy of who opened it"],
)
def test_who_opened_an_inquiry_does_not_waive_its_track_into_the_duty(by: Actor) -> None:
    story = inquired()
    code, words = story.refused(AWAY, ELEVEN, by=by)

    assert code is Refusal.SAME_PERSON
    assert "opened inquiry-2" in words
    story.do(AWAY, ELEVEN, by=FEI)


def test_a_unit_that_had_the_case_does_not_waive_the_track_into_its_duty() -> None:
    story = inquired()
    water = Appoint(lead="water", members=(), instruction="Go.", reason="It is near.")
    story.do(water, TEN, by=SUPERVISOR)
    code, words = story.refused(AWAY, ELEVEN, by=replace(DEPUTY, for_person="fei"))

    assert code is Refusal.SAME_PERSON
    assert "squad" in words


def test_the_track_into_the_duty_is_waived_with_a_paper() -> None:
    story = inquired()
    code, words = story.refused(replace(AWAY, evidence=()), ELEVEN, by=FEI)

    assert code is Refusal.MISSING_EVIDENCE
    assert "why the duty needs no inquiry" in words


def test_a_running_inquiry_is_waived_as_before() -> None:
    story = inquired(rules=2)
    story.do(replace(AWAY, evidence=()), ELEVEN, by=LEADER)

    assert story.part("inquiry-2").state is PartState.WAIVED


def ordered(rules: int = 3) -> Story:
    """The supervisor ordered it, and the unit says that it is done."""
    story = signed(rules=rules)
    story.do(OrderRectification(whom="The shop", items=("Clear it.",)), TEN, by=SUPERVISOR)
    story.do(Serve(part="rectification-1", evidence=(RECEIPT,)), TEN)
    return story


GONE = Waive(part="rectification-1", reason="Never mind.")


@pytest.mark.parametrize(
    "by",
    [SUPERVISOR, replace(OFFICE_LEADER, for_person="zhou")],
    ids=["who ordered it", "the deputy of who ordered it"],
)
def test_who_ordered_what_waits_for_an_inspection_does_not_waive_it(by: Actor) -> None:
    story = ordered()
    story.wait(at("2026-07-09 10:00"))
    assert story.part("rectification-1").state is PartState.INSPECTION
    code, words = story.refused(GONE, at("2026-07-09 11:00"), by=by)

    assert code is Refusal.SAME_PERSON
    assert "another person inspects or waives it" in words
    story.do(GONE, at("2026-07-09 11:00"), by=LEADER)


def test_what_was_ordered_is_waived_by_who_ordered_it_while_it_has_time() -> None:
    story = ordered()
    story.do(GONE, ELEVEN, by=SUPERVISOR)

    assert story.part("rectification-1").state is PartState.WAIVED


def test_a_running_order_is_waived_as_before() -> None:
    story = ordered(rules=2)
    story.wait(at("2026-07-09 10:00"))
    story.do(GONE, at("2026-07-09 11:00"), by=SUPERVISOR)

    assert story.part("rectification-1").state is PartState.WAIVED
