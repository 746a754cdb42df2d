"""The indicators of domain.md, section 3, worked by hand on small towns."""

from datetime import date

import pytest

from domain.case.closing.acts import Close
from domain.case.dispatch.acts import Return
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Convene, GiveTask, PlanAction, Report, ReportAction
from domain.case.requests.acts import Answer, AskExemption
from domain.case.suspension.acts import Suspend
from domain.insight.figures import FEW, Dimension, Figure, Figures
from domain.insight.indicators import BY_ID, INDICATORS, WITHOUT_DATA
from domain.reporting.periods import Period
from domain.vocabulary import Callback, Channel, Role, Tier
from tests.acts import ATTENDED, PHOTO
from tests.builders import ACTORS, WATER_HANDLER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
OFFICE = ACTORS[Role.SUPERVISOR]
GOOD = Close(callback=Callback.SATISFIED, solved=True)


def came(number: int = 1, *, tier: Tier = Tier.ASSIGN) -> Story:
    start = at("2026-07-01 08:00")
    return Story(plan(complaint(event_id=str(number), reported_at=start), tier=tier), start)


def handled(number: int, when: str = "2026-07-01 10:00") -> Story:
    """Signed, resolved, verified and closed within two hours."""
    story = came(number)
    for act in ("sign", "resolve", "verify", GOOD):
        story.do(act, at(when))
    return story


def late(number: int) -> Story:
    """Signed, then left alone until every deadline of July has passed."""
    story = came(number)
    story.do("sign", at("2026-07-01 09:00"))
    story.wait(at("2026-07-31 23:00"))
    return story


def figures(*stories: Story, period: Period = JULY, by: tuple[Dimension, ...] = ()) -> Figures:
    found = Figures(period, by)
    for story in stories:
        found.add(story.events)
    return found


def figure(indicator: str, *stories: Story, period: Period = JULY) -> Figure:
    return figures(*stories, period=period).sums.get((indicator, ()), Figure())


def counts(indicator: str, *stories: Story, period: Period = JULY) -> tuple[int, int]:
    found = figure(indicator, *stories, period=period)
    return found.part, found.whole


def test_ten_due_five_in_time_and_five_open_and_late_are_50_percent() -> None:
    """Of those closed, all were in time: 100 %, which says nothing of the five that are late."""
    town = [*(handled(n) for n in range(5)), *(late(n) for n in range(5, 10))]
    rate = figure("handled_in_time_rate", *town)

    assert Figure(5, 10, 10) == rate
    assert rate.percent(BY_ID["handled_in_time_rate"]) == 50.0
    assert counts("closed_in_time_rate", *town) == (5, 10)
    assert counts("overdue_rate", *town) == (5, 10)
    assert counts("closing_rate", *town) == (5, 10)
    assert counts("solving_rate", *town) == (5, 5)


def test_an_open_case_that_is_not_due_yet_is_in_no_rate_of_deadlines() -> None:
    young = Story(plan(complaint(reported_at=at("2026-07-31 17:00"))), at("2026-07-31 17:00"))

    assert counts("handled_in_time_rate", young) == (0, 0)
    assert counts("closing_rate", young) == (0, 1)


def test_what_is_done_early_counts_in_the_period_in_which_it_was_due() -> None:
    august = Period(date(2026, 8, 1), date(2026, 8, 31))
    last = at("2026-07-31 15:00")
    story = Story(plan(complaint(reported_at=last)), last)
    for act in ("sign", "resolve", "verify", GOOD):
        story.do(act, at("2026-07-31 16:00"))

    assert counts("handled_in_time_rate", story) == (0, 0)
    assert counts("handled_in_time_rate", story, period=august) == (1, 1)
    assert counts("solving_rate", story) == (1, 1)


def test_a_suspended_case_is_not_due_and_is_counted_as_suspended() -> None:
    story = came(tier=Tier.SUPERVISE)
    story.do("sign", at("2026-07-01 09:00"))
    story.do(
        Suspend(until=at("2026-09-01 09:00"), reason="Rain.", measures="A fence."),
        at("2026-07-01 10:00"),
        by=ACTORS[Role.LEADER],
    )

    assert counts("handled_in_time_rate", story) == (0, 0)
    assert counts("suspended", story) == (1, 1)
    assert counts("ever_suspended", story) == (1, 1)
    assert counts("backlog", story) == (0, 0)


def test_a_return_belongs_to_the_unit_and_what_it_gave_back_is_not_due() -> None:
    story = came()
    story.do(Return(reason="Not ours."), at("2026-07-01 09:00"))
    granted = Answer(part="return-1", granted=True, reason="Right.")
    story.do(granted, at("2026-07-01 09:30"), by=ACTORS[Role.DISPATCHER])
    found = figures(story, by=(Dimension.UNIT,))

    assert found.sums["return_rate", ("squad",)] == Figure(1, 1, 2)
    assert ("handled_in_time_rate", ("squad",)) not in found.sums


def test_an_exemption_leaves_the_rate_and_is_a_number_of_its_own() -> None:
    story = came()
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 10:00"))
    story.wait(at("2026-07-08 09:00"))
    for kind in ("resolve", "verify", GOOD):
        story.do(kind, at("2026-07-08 09:00"))
    before = counts("handled_in_time_rate", story)
    story.do(AskExemption(reason="A landslide."), at("2026-07-09 09:00"))
    granted = Answer(part="exemption-1", granted=True, reason="So it was.")
    story.do(granted, at("2026-07-09 10:00"), by=OFFICE)

    assert before == (0, 1)
    assert counts("handled_in_time_rate", story) == (0, 0)
    assert counts("exempted", story) == (1, 1)


def test_a_closed_case_that_was_reopened_counts_as_it_is_at_the_end() -> None:
    story = came()
    for act in ("sign", "resolve", "verify"):
        story.do(act, at("2026-07-01 09:00"))
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), at("2026-07-01 10:00"))

    assert counts("closing_rate", story) == (0, 1)
    assert counts("rework_rate", story) == (1, 1)
    assert counts("satisfaction_rate", story) == (0, 0)


def test_tasks_with_words_alone_and_units_that_did_not_come_are_counted() -> None:
    story = came(tier=Tier.SUPERVISE)
    story.do("sign", at("2026-07-01 09:00"))
    for unit in ("water", "town"):
        story.do(GiveTask(unit=unit, what="Look.", hours=8), at("2026-07-01 09:30"), by=OFFICE)
    shown = Report(part="task-1", text="Done.", evidence=(PHOTO,))
    story.do(shown, at("2026-07-01 10:00"), by=WATER_HANDLER)
    story.do(Check(part="task-1", passed=True, note="Seen."), at("2026-07-01 11:00"))
    story.wait(at("2026-07-31 10:00"))
    found = figures(story, by=(Dimension.UNIT,))

    assert found.sums["duty_rate", ("water",)] == Figure(1, 1, 1)
    assert found.sums["duty_rate", ("town",)] == Figure(0, 1, 1)


def test_a_joint_action_counts_its_people() -> None:
    story = came(tier=Tier.SUPERVISE)
    story.do("sign", at("2026-07-01 09:00"))
    goal, hour = "Catch the dogs.", at("2026-07-02 10:00")
    planned = PlanAction(units=("water",), at=hour, goal=goal, people=132)
    story.do(planned, at("2026-07-01 10:00"), by=OFFICE)
    held = ReportAction(
        part="joint_action-1", text="Caught.", people=120, evidence=(PHOTO,), came=ATTENDED
    )
    story.do(held, at("2026-07-03 10:00"), by=OFFICE)

    assert counts("actions", story) == (1, 1)
    assert counts("person_times", story) == (120, 132)


def test_a_conference_counts_who_was_asked_and_who_came() -> None:
    story = came(tier=Tier.SUPERVISE)
    story.do("sign", at("2026-07-01 09:00"))
    asked = Convene(units=("water",), at=at("2026-07-02 10:00"), agenda="Who drains it.")
    story.do(asked, at("2026-07-01 10:00"), by=OFFICE)
    story.wait(at("2026-07-02 10:30"))
    story.do("hold", at("2026-07-02 11:00"))
    found = figures(story, by=(Dimension.UNIT,))

    assert sum(each.whole for (id_, _), each in found.sums.items() if id_ == "attendance_rate") >= 1


def test_figures_by_channel_say_what_the_town_found_itself() -> None:
    patrol = Story(plan(complaint(channel=Channel.PATROL)))
    found = figures(patrol, came(), by=(Dimension.CHANNEL,))

    assert found.sums["discovery_rate", ("patrol",)] == Figure(1, 1, 1)
    assert found.sums["discovery_rate", ("hotline",)] == Figure(0, 1, 1)


@pytest.mark.parametrize("whole", [0, FEW - 1])
def test_a_small_whole_has_counts_and_no_percentage(whole: int) -> None:
    assert Figure(0, whole, whole).percent(BY_ID["closing_rate"]) is None


def test_every_row_of_the_list_is_an_indicator_or_says_why_not() -> None:
    assert {each.number for each in INDICATORS} | {*WITHOUT_DATA} == {*range(1, 37)}
    assert len(BY_ID) == len(INDICATORS)
