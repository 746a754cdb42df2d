"""A broken promise belongs to the case in which it was made, and unmerging restores both clocks."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close
from domain.case.commands import ENGINE, Actor
from domain.case.cross_case_messages import cross_case_messages
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.merging.acts import Follow, Join, Leave, Unmerge
from domain.case.merging.facts import Joined, Unmerged
from domain.reporting.indicators import case_figures
from domain.reporting.periods import Period
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.vocabulary import Callback, Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, plan
from tests.town import at, hours
from tests.unit.rows.story import Story, only

ANOTHER = Actor("hu", Role.DISPATCHER, "platform")
"""Not the person who merged it."""
YEAR = Period(at("2026-01-01 00:00"), at("2027-01-01 00:00"))
OWN = at("2026-07-10 18:00")  # eight working days from Wednesday 1 July, 08:00
EARLIER = at("2026-07-02 10:00")
THIRD_CASE = "7kq2m-9xa4t-zzzzz"


def missed(story: Story) -> list[tuple[str, str | None]]:
    found = only([event.fact for event in story.events], DeadlineMissed)
    return [(fact.clock, fact.of) for fact in found if fact.clock == CITIZEN]


def test_joining_puts_no_past_deadline_on_the_leader() -> None:
    story = Story()
    [fact] = only(story.do(Join(case=OTHER_CASE, due_at=EARLIER), at("2026-07-02 11:00")), Joined)

    assert fact.due_at is None
    assert OWN == story.due(CITIZEN)


def test_a_promise_at_this_very_instant_is_still_one_of_the_leader() -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE, due_at=EARLIER), EARLIER)

    assert EARLIER == story.due(CITIZEN)


def test_a_promise_that_passes_is_recorded_as_that_of_the_case_that_joined() -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE, due_at=EARLIER), at("2026-07-01 10:00"))
    assert EARLIER == story.due(CITIZEN)
    facts = story.wait(at("2026-07-02 10:01"))

    assert [(CITIZEN, OTHER_CASE)] == missed(story)
    assert not story.clock(CITIZEN).missed
    # It was pressed until then, and is watched again for its own promise.
    assert ["amber", "red"] == [f.rung for f in only(facts, RungReached) if f.clock == CITIZEN]
    assert [("amber", "red")] == [f.rungs for f in only(facts, DeadlineMoved)]
    assert OWN == story.due(CITIZEN)


def test_the_leader_keeps_the_earliest_promise_that_is_still_ahead() -> None:
    story = Story()
    later = at("2026-07-06 10:00")
    story.do(Join(case=OTHER_CASE, due_at=EARLIER), at("2026-07-01 10:00"))
    story.do(Join(case=THIRD_CASE, due_at=later), at("2026-07-01 10:00"))
    story.wait(at("2026-07-02 10:01"))

    assert later == story.due(CITIZEN)


def test_a_leader_is_late_by_its_own_promise_alone() -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE, due_at=EARLIER), at("2026-07-01 10:00"))
    story.wait(at("2026-07-02 11:00"))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-02 11:00"))
    story.do(Close(callback=Callback.SATISFIED, solved=True), at("2026-07-02 12:00"))
    figures = case_figures(story.events, YEAR)

    assert figures is not None
    assert 0 == figures.closing.late
    assert 1 == figures.closing.in_time


def test_a_leader_whose_own_promise_passes_later_is_late() -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE, due_at=EARLIER), at("2026-07-01 10:00"))
    story.wait(at("2026-07-13 18:00"))

    assert [(CITIZEN, OTHER_CASE), (CITIZEN, None)] == missed(story)
    assert story.clock(CITIZEN).missed


def test_unmerging_after_the_promise_has_passed_leaves_the_leader_as_it_was() -> None:
    alone, story = Story(), Story()
    story.do(Join(case=OTHER_CASE, due_at=EARLIER), at("2026-07-01 10:00"))
    for each in (alone, story):
        each.wait(at("2026-07-02 11:00"))
    story.do(Leave(case=OTHER_CASE), at("2026-07-02 11:00"))

    assert alone.clock(CITIZEN) == story.clock(CITIZEN)
    assert alone.clock(HOLDER) == story.clock(HOLDER)
    assert alone.case.level == story.case.level


def test_the_case_that_followed_records_its_own_broken_promise() -> None:
    story = Story()
    story.do("merge", at("2026-07-01 10:00"))
    story.wait(at("2026-07-13 18:00"))
    assert [(CITIZEN, None)] == missed(story)
    story.do(Unmerge(reason="Other stalls."), at("2026-07-13 18:00"), by=ANOTHER)
    story.wait(at("2026-07-13 18:01"))

    assert [(CITIZEN, None)] == missed(story)
    # The work stood still meanwhile: 38 of 40 hours are left.
    assert not story.clock(HOLDER).missed


def test_what_one_person_merges_and_separates_has_gained_no_time() -> None:
    alone, story = Story(), Story()
    story.do("merge", at("2026-07-01 10:00"))
    [fact] = only(story.do("unmerge", at("2026-07-13 18:00")), Unmerged)
    for each in (alone, story):
        each.wait(at("2026-07-13 18:01"))

    assert fact.ran_on is True
    assert alone.clock(HOLDER).missed
    assert alone.due(HOLDER) == story.due(HOLDER)
    assert story.clock(HOLDER).missed


def test_what_another_person_separates_says_how_long_the_holders_clock_stood_still() -> None:
    story = Story()
    story.do("merge", at("2026-07-01 10:00"))
    separate = Unmerge(reason="Other stalls.")
    [fact] = only(story.do(separate, at("2026-07-02 10:00"), by=ANOTHER), Unmerged)

    assert fact == Unmerged(into=OTHER_CASE, reason="Other stalls.", stood=hours(8))


def test_a_merge_by_rule_stops_the_clock_whoever_undoes_it() -> None:
    story = Story()
    story.do("merge", at("2026-07-01 10:00"), by=ENGINE)
    [fact] = only(story.do("unmerge", at("2026-07-02 10:00")), Unmerged)

    assert fact.ran_on is None


@pytest.mark.parametrize(("by", "ran_on"), [("wang", True), ("hu", None), (None, None)])
def test_the_person_who_merged_gains_nothing_by_withdrawing_the_leader(
    by: str | None, ran_on: bool | None
) -> None:
    story = Story()
    story.do("merge", at("2026-07-01 10:00"))
    end = Follow(case=OTHER_CASE, stage=Stage.WITHDRAWN, result="Not wanted.", by=by)
    [fact] = only(story.do(end, at("2026-07-02 10:00")), Unmerged)

    assert fact.ran_on is ran_on


@pytest.mark.parametrize(("role", "by"), [(Role.DISPATCHER, "wang"), (Role.REPORTER, None)])
def test_a_leader_says_who_of_the_town_withdrew_it(role: Role, by: str | None) -> None:
    story = Story(replace(plan(callback=False), rules=2))  # at once, also by a person
    story.do(Join(case=OTHER_CASE), at("2026-07-01 10:00"))
    story.do("withdraw", at("2026-07-01 10:00"), by=ACTORS[role])
    [(_, told)] = cross_case_messages(story.case, story.events[-1])

    assert isinstance(told, Follow)
    assert told.by == by


def test_a_case_from_before_stands_still_whoever_undoes_the_merge() -> None:
    story = Story(replace(plan(), rules=None))
    story.do("merge", at("2026-07-01 10:00"))
    [fact] = only(story.do("unmerge", at("2026-07-02 10:00")), Unmerged)

    assert fact == Unmerged(into=OTHER_CASE, reason="Other stalls.")


def test_the_end_of_the_leader_records_the_broken_promise_of_the_case_that_followed() -> None:
    story = Story()
    story.do("merge", at("2026-07-01 10:00"))
    end = Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Cleared.")
    story.do(end, at("2026-07-13 18:00"))

    assert [(CITIZEN, None)] == missed(story)


def test_a_case_of_before_the_rule_takes_over_the_promise_as_before() -> None:
    story = Story(replace(plan(), rules=None))
    story.do(Join(case=OTHER_CASE, due_at=EARLIER), at("2026-07-02 11:00"))
    story.wait(at("2026-07-02 11:01"))

    assert [(CITIZEN, None)] == missed(story)
