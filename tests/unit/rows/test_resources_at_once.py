"""Row 49: what becomes of a resource that two cases reserve at the same moment."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.case.commands import ENGINE, Lookup
from domain.case.cross_case_messages import CrossCaseMessage, cross_case_messages
from domain.case.refusals import Refusal
from domain.case.reservations import OtherReservation
from domain.case.resources.acts import ConfirmReservation, Reserve, YieldReservation
from domain.case.resources.facts import FreedBecause, ReservationConfirmed, ResourceFreed
from tests.acts import OTHER_CASE
from tests.builders import LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE, TEN, NOON = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-01 12:00")
A_MOMENT = timedelta(milliseconds=2)


def reserving() -> Story:
    story = Story(plan())
    story.do("sign", NINE)
    story.do(Reserve(resources=("car-1",), until=NOON), TEN)
    return story


def sent(story: Story) -> list[CrossCaseMessage]:
    """Return what the case says because of its last row."""
    return [*cross_case_messages(story.case, story.events[-1])]


def confirm(story: Story) -> ConfirmReservation:
    [(to, act)] = sent(story)
    assert to == story.case.case_id
    assert isinstance(act, ConfirmReservation)
    return act


def seen(reserved_at: datetime, *, confirmed: bool = False) -> Lookup:
    """The look-up that finds the other case, and this one, as the read model has it."""
    theirs = OtherReservation(OTHER_CASE, "car-1", NINE, NOON, "wang-li", reserved_at, confirmed)
    return replace(LOOKUP, reserved=(theirs, replace(theirs, case=plan().case_id)))


def test_a_case_that_sees_no_other_keeps_what_it_has_reserved() -> None:
    story = reserving()
    [fact] = story.do(confirm(story), TEN, by=ENGINE)

    assert isinstance(fact, ReservationConfirmed)
    assert [] == sent(story)


def test_the_later_of_two_cases_frees_it_by_a_row_that_names_the_earlier() -> None:
    story = reserving()
    [fact] = story.do(confirm(story), TEN, by=ENGINE, lookup=seen(TEN - A_MOMENT))

    assert isinstance(fact, ResourceFreed)
    assert fact.because is FreedBecause.CONFLICT
    assert fact.case == OTHER_CASE
    assert "reserved first by wang-li" in fact.reason


def test_the_earlier_keeps_it_and_tells_the_later_which_frees_it() -> None:
    first, later = reserving(), reserving()
    first.do(confirm(first), TEN, by=ENGINE, lookup=seen(TEN + A_MOMENT))
    [(to, told)] = sent(first)
    assert to == OTHER_CASE
    assert isinstance(told, YieldReservation)

    told = replace(told, case=OTHER_CASE, at=told.at - A_MOMENT)
    [fact] = later.do(told, TEN, by=ENGINE)
    assert isinstance(fact, ResourceFreed)
    assert fact.because is FreedBecause.CONFLICT


def test_what_the_other_case_has_confirmed_it_keeps_though_it_was_later() -> None:
    story = reserving()
    lookup = seen(TEN + A_MOMENT, confirmed=True)
    [fact] = story.do(confirm(story), TEN, by=ENGINE, lookup=lookup)

    assert isinstance(fact, ResourceFreed)


def test_a_case_does_not_yield_what_it_has_reserved_before() -> None:
    story = reserving()
    theirs = YieldReservation(
        case=OTHER_CASE, resource="car-1", start=TEN, until=NOON, at=TEN + A_MOMENT
    )
    code, _ = story.refused(theirs, TEN, by=ENGINE)

    assert code is Refusal.NOT_RESERVED
    assert story.case.reservations is not None
    assert story.case.reservations[0].freed_at is None


def test_a_car_that_is_back_before_it_was_confirmed_stays_free() -> None:
    story = reserving()
    act = confirm(story)
    story.do("release", TEN)
    code, words = story.refused(act, TEN, by=ENGINE)

    assert code is Refusal.NOT_RESERVED
    assert "freed before" in words
