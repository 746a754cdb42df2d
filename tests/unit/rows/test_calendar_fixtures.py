"""The fixtures for the calendar of the domain's page, section 2: each by its hours, and on a case.

The deadlines are those of the shipped town, which works 08:00 to 12:00 and 14:00 to 18:00.
"""

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.case.commands import Lookup
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.repinning.acts import Repin
from domain.case.repinning.facts import Repinned
from domain.planning.planner import plan as plan_by
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import HOLDER, SIGN
from domain.sla.clocks import Measure
from domain.vocabulary import Role, Urgency
from packs import pack_of
from runtime.wiring.packs import load_one
from tests.builders import ACTORS, complaint, plan
from tests.town import DAYS_OF_2026, OFF, at, calendar, hours
from tests.unit.rows.story import Story, only
from tests.unit.test_repinning import with_budget

TOWN = load_one(pack_of("youchegang"))


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-07-03 17:30", 4, "2026-07-06 11:30"),  # Friday
        ("2026-07-03 17:00", 6, "2026-07-06 15:00"),  # Friday, and Monday's lunch is skipped
        ("2026-07-04 23:00", 1, "2026-07-06 09:00"),  # received on a Saturday
        ("2026-09-18 17:00", 9, "2026-09-20 18:00"),  # 调休: a Sunday counts as a working day
        # Five working days over the Spring Festival of 2026, which is from 15 to 23 February; the
        # Saturday before it and the one after it are worked.
        ("2026-02-13 08:00", 40, "2026-02-26 18:00"),
        # The same of 2027, before its notice: Friday to Monday are off by the law.
        ("2027-02-04 08:00", 40, "2027-02-12 18:00"),
    ],
)
def test_working_time_of_the_shipped_town(start: str, amount: float, end: str) -> None:
    assert TOWN.calendar.advance(at(start), hours(amount)) == at(end)


def test_a_critical_matter_does_not_pause_on_the_national_day() -> None:
    reported = at("2026-10-01 22:00")
    critical = complaint(reported_at=reported, category=None, urgency=Urgency.CRITICAL)
    story = Story(plan_by(TOWN, critical), reported)
    running = [each for each in story.case.clocks if each.is_running]

    assert {each.measure for each in running} == {Measure.CONTINUOUS}
    assert [story.due(each.id) for each in running] == [reported + each.budget for each in running]


def test_what_is_done_at_the_very_end_of_a_limit_is_on_time() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    due = story.due(HOLDER)
    story.wait(at("2026-07-07 17:59"))
    facts = story.do("resolve", at("2026-07-07 18:00"))

    assert due == at("2026-07-07 18:00")
    assert only(facts, DeadlineMissed) == []
    assert not story.clock(HOLDER).missed


# --- A calendar that is revised after dispatch.

REVISED_AT = at("2027-01-05 09:00")
LAST_WEEK = at("2026-12-28 08:00")


def over_new_year() -> Story:
    """40 hours from the last Monday of 2026, by a calendar in which 1 January is worked."""
    story = Story(plan(complaint(reported_at=LAST_WEEK)), LAST_WEEK)
    story.do("sign", LAST_WEEK)
    story.do("progress", LAST_WEEK)
    return story


def revised(pinned: CasePlan) -> CasePlan:
    days = (*DAYS_OF_2026, (date(2027, 1, 1), OFF))
    hours_of = calendar(exceptions=days, published_until=date(2027, 12, 31))
    return replace(pinned, policy="sha256:notice-of-2027", calendar=hours_of)


def revise(story: Story, when: datetime) -> None:
    lookup = Lookup(plan=revised(story.case.plan))
    act = Repin(policy="sha256:notice-of-2027", reason="国办发明电: the notice of 2027 is out.")
    story.do(act, when, by=ACTORS[Role.SUPERVISOR], lookup=lookup)


def test_a_revised_calendar_moves_the_deadline() -> None:
    story = over_new_year()
    before = story.due(HOLDER)
    revise(story, LAST_WEEK + hours(1))

    assert before == at("2027-01-04 12:00")
    assert story.due(HOLDER) == at("2027-01-05 12:00")


def test_the_revision_is_a_row_of_the_journal_with_the_calendar_and_the_policy_before() -> None:
    story = over_new_year()
    revise(story, LAST_WEEK + hours(1))
    [row] = only([event.fact for event in story.events], Repinned)

    assert row.policy == "sha256:town"
    assert row.plan.calendar == revised(story.case.plan).calendar


def test_a_deadline_that_was_provisional_is_overtaken_in_a_row_by_the_published_days() -> None:
    story = over_new_year()
    story.wait(REVISED_AT)
    missed_before = story.clock(HOLDER).missed
    revise(story, REVISED_AT)
    [moved] = [
        fact
        for fact in only([event.fact for event in story.events], DeadlineMoved)
        if fact.clock == HOLDER
    ]

    assert missed_before
    assert moved.missed
    assert moved.due_at == at("2027-01-05 12:00")


LATE = at("2026-07-08 14:00")


def late_in_july() -> Story:
    """A case that has missed its deadline, by a calendar that is published for all of the year."""
    story = Story(plan(hours_of=calendar(published_until=date(2026, 12, 31))))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    story.wait(LATE)
    return story


def repinned_with(story: Story, pinned: CasePlan, *days: date) -> DeadlineMoved:
    """Put it under a plan in which these days are off, too; return the row of the holder clock."""
    more = tuple(sorted((*DAYS_OF_2026, *((day, OFF) for day in days))))
    hours_of = calendar(exceptions=more, published_until=date(2026, 12, 31))
    new = replace(pinned, policy="sha256:days-off", calendar=hours_of)
    act = Repin(policy=new.policy, reason="The county gives a day off.")
    facts = story.do(act, LATE, by=ACTORS[Role.SUPERVISOR], lookup=Lookup(plan=new))
    [moved] = [fact for fact in only(facts, DeadlineMoved) if fact.clock == HOLDER]
    return moved


def test_other_holidays_alone_move_no_miss_that_was_final_and_say_so_in_a_row() -> None:
    story = late_in_july()
    missed, fired = story.clock(HOLDER).missed, story.clock(HOLDER).fired
    moved = repinned_with(story, story.case.plan, date(2026, 7, 3), date(2026, 7, 6))

    assert missed
    assert story.due(HOLDER) == moved.due_at > LATE
    assert not moved.missed
    assert moved.rungs == ()
    assert story.clock(HOLDER).missed
    assert story.clock(HOLDER).fired == fired == ("amber", "red")
    assert [HOLDER] == [miss.clock for miss in story.case.misses]


def test_a_longer_limit_overtakes_a_miss_also_where_holidays_change_with_it() -> None:
    story = late_in_july()
    moved = repinned_with(story, with_budget(story.case.plan, HOLDER, 80), date(2026, 7, 3))

    assert moved.missed
    assert not story.clock(HOLDER).missed


def test_a_limit_too_short_for_that_overtakes_no_miss_with_the_help_of_holidays() -> None:
    story = late_in_july()
    moved = repinned_with(story, with_budget(story.case.plan, HOLDER, 41), date(2026, 7, 3))

    assert moved.due_at > LATE
    assert not moved.missed
    assert story.clock(HOLDER).missed


def test_a_rung_whose_moment_is_past_by_both_calendars_stays_as_it_fired() -> None:
    story = over_new_year()
    story.wait(REVISED_AT)
    revise(story, REVISED_AT)
    story.wait(at("2027-01-05 12:01"))
    amber = [
        fact
        for fact in only([event.fact for event in story.events], RungReached)
        if (fact.clock, fact.rung) == (HOLDER, "amber")
    ]

    assert len(amber) == 1
    assert amber[0].moment == at("2027-01-01 12:00")


def test_a_clock_that_has_stopped_is_not_touched() -> None:
    story = over_new_year()
    before = story.clock(SIGN)
    revise(story, REVISED_AT)

    assert story.clock(SIGN) == before


def test_a_case_of_continuous_time_is_due_the_same_by_both_calendars() -> None:
    story = Story(plan(complaint(reported_at=LAST_WEEK), measure=Measure.CONTINUOUS), LAST_WEEK)
    before = story.due(HOLDER)
    revise(story, LAST_WEEK + hours(1))

    assert story.due(HOLDER) == before
