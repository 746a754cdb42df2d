"""Rows 13, 14 and 45: the rhythm of supervision, making safe, and dispatching apart from accepting.

The town's plan is given the limits that domain.md states for a supervised case of usual urgency.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.closing.acts import Verify
from domain.case.escalation.facts import DeadlineMissed
from domain.case.handling.acts import Progress
from domain.case.joint_work.acts import Attendance, Convene, GiveTask, Hold, Resolution
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.case.supervision.acts import Appoint
from domain.case.tiers.acts import AskTier
from domain.planning.plans import CasePlan, ClockSpec
from domain.sla.case_clocks import (
    ACCEPT,
    APPOINT,
    DISPATCH,
    HOLDER,
    MEETING,
    PLAN,
    REPORT,
    SAFE,
)
from domain.sla.clocks import Measure, due
from domain.vocabulary import Tier
from tests.acts import MINUTES, PHOTO
from tests.builders import plan
from tests.town import at
from tests.unit.lives_terms import PERSON_OF
from tests.unit.rows.story import OFFICE_LEADER, Story, only

LIMITS = {APPOINT: 4, MEETING: 16, PLAN: 8, REPORT: 16, SAFE: 24, DISPATCH: 2}
APPOINTED = Appoint(lead="squad", members=("water",), instruction="Together.")
MEET = Convene(agenda="What to do", units=("water",), at=at("2026-07-02 10:00"))
HELD = at("2026-07-02 11:00")
GRANTED = Answer(part="tier_change-1", granted=True, reason="So it is.")


def with_limits(pinned: CasePlan, *clocks: str) -> CasePlan:
    """Add limits for these clocks to every tier, on the ladder of the holder's clock."""

    def added(specs: tuple[ClockSpec, ...]) -> tuple[ClockSpec, ...]:
        ladder = next(spec.ladder for spec in specs if spec.clock == HOLDER)
        more = (
            ClockSpec(clock, timedelta(hours=LIMITS[clock]), Measure.WORKING, ladder)
            for clock in clocks
        )
        return (*specs, *more)

    levels = tuple(replace(level, clocks=added(level.clocks)) for level in pinned.levels)
    return replace(pinned, levels=levels)


def supervised(*clocks: str) -> Story:
    return Story(with_limits(plan(tier=Tier.SUPERVISE), *clocks))


def runs(case: Case, id_: str) -> bool:
    clock = case.clock(id_)
    return clock is not None and clock.is_running


def met(story: Story, tasks: tuple[Resolution, ...] = (), appointed: Appoint = APPOINTED) -> None:
    """Appoint, convene, and hold the first meeting."""
    story.do(appointed, at("2026-07-01 08:30"))
    asked = appointed.members or MEET.units
    story.do(replace(MEET, units=asked), at("2026-07-01 08:45"))
    story.wait(HELD)
    story.do(
        Hold(
            part="conference-1",
            present=("squad", *asked),
            came=tuple(Attendance(unit, PERSON_OF[unit]) for unit in asked),
            minutes="Agreed.",
            evidence=(MINUTES,),
            tasks=tasks,
        ),
        HELD,
    )


def test_the_office_has_four_hours_to_appoint() -> None:
    story = supervised(APPOINT)
    due = story.due(APPOINT)
    missed = [fact.clock for fact in only(story.wait(at("2026-07-01 17:00")), DeadlineMissed)]
    story.do(APPOINTED, at("2026-07-01 17:10"))

    assert due == at("2026-07-01 12:00")
    assert APPOINT in missed
    assert not runs(story.case, APPOINT)


def test_a_hand_over_does_not_give_the_office_more_time_to_appoint() -> None:
    story = supervised(APPOINT)
    story.do("return", at("2026-07-01 09:00"))
    due = story.due(APPOINT)
    story.do(
        Answer(part="return-1", granted=True, reason="Theirs", unit="water"), at("2026-07-01 10:00")
    )

    assert story.due(APPOINT) == due


def test_the_first_meeting_is_due_from_the_appointment_and_met_when_its_hour_comes() -> None:
    story = supervised(MEETING)
    story.do(APPOINTED, at("2026-07-01 08:30"))
    due = story.due(MEETING)
    story.do(MEET, at("2026-07-01 08:45"))
    story.wait(HELD)

    assert due == at("2026-07-03 08:30")
    assert not runs(story.case, MEETING)


def test_appointing_once_more_does_not_move_the_first_meeting() -> None:
    story = supervised(MEETING)
    story.do(APPOINTED, at("2026-07-01 08:30"))
    due = story.due(MEETING)
    story.do(replace(APPOINTED, instruction="Once more."), at("2026-07-01 16:00"))

    assert story.due(MEETING) == due


def test_a_lead_without_members_has_no_meeting_to_be_late_for() -> None:
    story = supervised(MEETING)
    story.do(replace(APPOINTED, members=()), at("2026-07-01 08:30"))

    assert story.case.clock(MEETING) is None


def test_after_the_first_meeting_the_work_is_divided_within_eight_hours() -> None:
    story = supervised(PLAN)
    met(story)
    due = story.due(PLAN)
    story.do(GiveTask(unit="water", what="Close the outlet"), at("2026-07-02 16:00"))

    assert due == at("2026-07-03 11:00")
    assert not runs(story.case, PLAN)


def test_tasks_that_the_meeting_gives_are_the_plan() -> None:
    story = supervised(PLAN)
    met(story, (Resolution("water", "Close the outlet"),))

    assert not runs(story.case, PLAN)


def test_a_task_that_is_optional_or_the_leads_own_is_not_the_plan() -> None:
    story = supervised(PLAN)
    met(story)
    own = GiveTask(unit="squad", what="Look at it")
    story.do(own, at("2026-07-02 16:00"))
    story.do(GiveTask(unit="water", what="Look", optional=True), at("2026-07-02 16:00"))

    assert runs(story.case, PLAN)


def test_the_work_is_divided_once_each_member_has_a_task() -> None:
    story = supervised(PLAN)
    met(story, appointed=replace(APPOINTED, members=("water", "town")))
    story.do(GiveTask(unit="water", what="Close the outlet"), at("2026-07-02 16:00"))
    divided = [runs(story.case, PLAN)]
    story.do(GiveTask(unit="town", what="Pay for it"), at("2026-07-02 16:00"))
    divided.append(runs(story.case, PLAN))

    assert divided == [True, False]


def test_a_lead_without_members_plans_by_a_task_of_its_own() -> None:
    story = supervised(PLAN)
    met(story, appointed=replace(APPOINTED, members=()))
    story.do(GiveTask(unit="squad", what="Clear it"), at("2026-07-02 16:00"))

    assert not runs(story.case, PLAN)


def test_under_earlier_rules_the_first_task_is_the_plan() -> None:
    story = Story(with_limits(replace(plan(tier=Tier.SUPERVISE), rules=2), PLAN))
    met(story)
    story.do(GiveTask(unit="squad", what="Look", optional=True), at("2026-07-02 16:00"))

    assert not runs(story.case, PLAN)


def test_a_report_of_progress_begins_the_next_period() -> None:
    story = supervised(REPORT)
    first = story.due(REPORT)
    story.do("sign", at("2026-07-01 09:00"))
    story.do(Progress(note="Looked at it"), at("2026-07-01 16:00"))
    second = story.due(REPORT)
    story.do("resolve", at("2026-07-02 10:00"))

    assert first == at("2026-07-02 18:00")
    assert second == at("2026-07-03 16:00")
    assert not runs(story.case, REPORT)


def test_after_a_result_that_is_refused_reports_are_due_again() -> None:
    story = supervised(REPORT)
    story.do("sign", at("2026-07-01 09:00"))
    story.do("resolve", at("2026-07-01 10:00"))
    story.do(Verify(passed=False, note="Still there."), at("2026-07-01 16:00"))

    assert story.due(REPORT) == at("2026-07-03 16:00")


def test_the_danger_is_over_when_the_unit_says_so_and_not_with_any_progress() -> None:
    story = supervised(SAFE)
    story.do("sign", at("2026-07-01 09:00"))
    story.do(Progress(note="On the way"), at("2026-07-01 09:10"))
    before = runs(story.case, SAFE)
    fenced = Progress(note="Fenced off", safe=True)
    bare, _ = story.refused(fenced, at("2026-07-01 09:30"))
    assert Refusal.MISSING_EVIDENCE is bare
    story.do(replace(fenced, evidence=(PHOTO,)), at("2026-07-01 09:30"))

    assert before
    assert not runs(story.case, SAFE)


@pytest.mark.parametrize(("said", "goes_on"), [(False, True), (True, False)])
def test_a_result_that_does_not_hold_leaves_the_danger_open_unless_the_unit_said_it_is_over(
    said: bool, *, goes_on: bool
) -> None:
    story = Story(with_limits(plan(), SAFE))
    story.do("sign", at("2026-07-01 09:00"))
    if said:
        fence = replace(PHOTO, sha256="fe" * 32)
        over = Progress(note="Fenced off", safe=True, evidence=(fence,))
        story.do(over, at("2026-07-01 09:10"))
    story.do("resolve", at("2026-07-01 09:30"))
    stopped = runs(story.case, SAFE)
    story.do(Verify(passed=False, note="Still open."), at("2026-07-01 10:30"))

    assert not stopped
    assert runs(story.case, SAFE) is goes_on
    if goes_on:  # the hour in which others looked is none of the unit's
        due_at = due(story.clock(SAFE), story.case.plan.calendar)
        before = due(replace(story.clock(SAFE), pauses=()), story.case.plan.calendar)
        assert due_at is not None
        assert before is not None
        waited = story.case.plan.calendar.elapsed(before.at, due_at.at)
        assert waited == timedelta(hours=1)


def test_dispatching_has_its_own_time_where_the_plan_says_so() -> None:
    story = Story(with_limits(plan(holder=None), DISPATCH))
    accepting = runs(story.case, ACCEPT)
    story.do("triage", at("2026-07-01 09:00"))

    assert accepting
    assert not runs(story.case, ACCEPT)
    assert not runs(story.case, DISPATCH)  # the usual triage hands it to a unit at once


def test_what_comes_back_to_the_platform_is_dispatched_and_not_accepted_again() -> None:
    story = Story(with_limits(plan(), DISPATCH))
    story.do("return", at("2026-07-01 09:00"))
    story.do(Answer(part="return-1", granted=True, reason="Not theirs"), at("2026-07-01 10:00"))

    assert story.due(DISPATCH) == at("2026-07-01 12:00")
    assert not runs(story.case, ACCEPT)


def test_the_steps_of_supervision_end_with_the_tier() -> None:
    story = supervised(APPOINT, MEETING)
    story.do("sign", at("2026-07-01 08:10"))
    appointing = story.case.clock(APPOINT)
    story.do(APPOINTED, at("2026-07-01 08:30"))
    meeting = story.case.clock(MEETING)
    story.do(AskTier(to=Tier.ASSIGN, reason="One bureau."), at("2026-07-01 09:00"))
    story.do(GRANTED, at("2026-07-01 10:00"), by=OFFICE_LEADER)

    assert appointing is not None
    assert meeting is not None
    assert story.case.tier is Tier.ASSIGN
    assert not runs(story.case, MEETING)
    assert not runs(story.case, APPOINT)


def test_a_plan_without_these_limits_has_none_of_these_clocks() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    met(story)

    assert not {clock.id for clock in story.case.clocks} & {*LIMITS}
