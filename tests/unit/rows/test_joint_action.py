"""Rows 26 to 28: joint actions, campaigns, and meetings about several cases."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from domain.case.closing.acts import Resolve
from domain.case.escalation.facts import DeadlineMissed
from domain.case.joint_work.acts import (
    Convene,
    Counter,
    GiveTask,
    Hold,
    PlanAction,
    ReportAction,
    Resolution,
)
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.refusals import Refusal
from domain.policy.campaigns import Campaign
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from domain.vocabulary import Role, Tier
from tests.acts import ATTENDED, MINUTES, OTHER_CASE, WATER_CAME
from tests.builders import ACTORS, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story, only

SUPERVISOR = ACTORS[Role.SUPERVISOR]
JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
DEMOLITION = Campaign(
    "demolition", "拆违", "Demolition", 233_913, "m²", date(2026, 1, 1), date(2026, 12, 31)
)
TURNOUT = (12, 11, 10, 12, 11, 10, 11, 12, 10, 11, 10)
"""Eleven actions, to which 120 people came."""
DOGS = (4, 3, 5, 2, 4, 6, 3, 4, 2, 5, 2)


def signed(tier: Tier = Tier.SUPERVISE) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", at("2026-07-01 09:00"))
    return story


def reported(part: str, people: int, dogs: int) -> ReportAction:
    counters = (Counter("dogs", dogs),)
    return ReportAction(
        part=part,
        text="Caught.",
        people=people,
        vehicles=2,
        counters=counters,
        evidence=(replace(PHOTO, sha256=sha256(part.encode()).hexdigest()),),
        came=ATTENDED,
    )


def acted(story: Story, turnout: tuple[int, ...], dogs: tuple[int, ...]) -> None:
    """One action after the other; twelve people and three cars are planned for each."""
    for number, (people, caught) in enumerate(zip(turnout, dogs, strict=True), start=1):
        story.do("plan_action", at("2026-07-01 09:30"))
        story.do(reported(f"joint_action-{number}", people, caught), at("2026-07-03 11:00"))


def test_row_26_joint_action_report_reproduces_11_actions_120_person_times_and_40_dogs() -> None:
    one, other = signed(), signed(Tier.ASSIGN)
    acted(one, TURNOUT[:7], DOGS[:7])
    acted(other, TURNOUT[7:], DOGS[7:])
    report = PeriodReport(JULY)
    for story in (one, other):
        report.add(story.events)

    found = report.actions
    assert 11 == found.actions
    assert 120 == found.people
    assert 132 == found.people_planned
    assert 22 == found.vehicles
    assert 33 == found.vehicles_planned
    assert {"dogs": 40} == found.brought


def test_row_26_joint_action_is_counted_in_the_period_in_which_it_is_reported() -> None:
    story = signed()
    acted(story, (9,), (0,))
    in_time, later = (
        PeriodReport(Period(date(2026, 7, 3), date(2026, 7, 3))),
        PeriodReport(Period(date(2026, 7, 4), date(2026, 7, 31))),
    )
    in_time.add(story.events)
    later.add(story.events)

    assert 1 == in_time.actions.actions
    assert 0 == later.actions.actions
    assert {"dogs": 0} == in_time.actions.brought  # that nothing was caught is a result


def test_row_26_joint_action_adds_up_what_one_report_counts_twice() -> None:
    story = signed()
    story.do("plan_action", at("2026-07-01 09:30"))
    counters = (Counter("dogs", 3), Counter("traps", 2), Counter("dogs", 4))
    twice = replace(reported("joint_action-1", 9, 0), counters=counters)
    story.do(twice, at("2026-07-03 11:00"))
    report = PeriodReport(JULY)
    report.add(story.events)

    assert {"dogs": 7, "traps": 2} == report.actions.brought


def test_row_26_joint_action_asks_the_units_and_the_holder_and_has_a_clock() -> None:
    story = signed()
    [opened] = only(story.do("plan_action", at("2026-07-01 09:30")), PartOpened)

    assert "joint_action-1" == opened.part
    assert ("water", "squad") == opened.units
    assert at("2026-07-02 10:00") == story.due("joint_action-1")  # the appointed hour
    missed = only(story.wait(at("2026-07-16 12:00")), DeadlineMissed)  # eighty working hours more
    assert "joint_action-1" in {fact.clock for fact in missed}


def test_row_26_joint_action_must_end_before_the_case_is_resolved() -> None:
    story = signed()
    story.do("plan_action", at("2026-07-01 09:30"))
    done = Resolve(result="Caught.", evidence=(PHOTO,))

    code, words = story.refused(done, at("2026-07-02 09:30"))
    assert Refusal.PARTS_OPEN == code
    assert "joint_action-1" in words
    [ended] = only(story.do("report_action", at("2026-07-02 12:00")), PartMoved)
    assert PartState.DONE is ended.to
    story.do(done, at("2026-07-02 14:00"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"people": 0}, Refusal.TOO_MUCH),
        ({"people": 10_001}, Refusal.TOO_MUCH),
        ({"vehicles": -1}, Refusal.TOO_MUCH),
        ({"units": ("police",)}, Refusal.UNKNOWN_UNIT),
        ({"units": ("squad",)}, Refusal.UNKNOWN_UNIT),
        ({"at": at("2026-06-30 09:00")}, Refusal.BAD_DATE),
    ],
)
def test_row_26_joint_action_that_makes_no_sense_is_refused(
    change: dict[str, object], code: Refusal
) -> None:
    act = PlanAction(units=("water",), at=at("2026-07-02 10:00"), goal="Dogs.", people=12)

    found, _ = signed().refused(replace(act, **change), at("2026-07-01 09:30"), by=SUPERVISOR)  # type: ignore[arg-type]

    assert code is found


@pytest.mark.parametrize(
    "change", [{"people": -1}, {"vehicles": -1}, {"counters": (Counter("dogs", -4),)}]
)
def test_row_26_joint_action_brings_nothing_negative(change: dict[str, object]) -> None:
    story = signed()
    story.do("plan_action", at("2026-07-01 09:30"))
    act = replace(reported("joint_action-1", 9, 4), **change)  # type: ignore[arg-type]

    code, _ = story.refused(act, at("2026-07-02 12:00"))

    assert Refusal.TOO_MUCH is code


@pytest.mark.parametrize(
    ("change", "what"), [({"people": 13}, "people"), ({"vehicles": 4}, "vehic")]
)
def test_row_26_joint_action_to_which_more_come_than_planned_says_why(
    change: dict[str, int], what: str
) -> None:
    """Twelve people and three vehicles are planned."""
    story = signed()
    story.do("plan_action", at("2026-07-01 09:30"))
    act = replace(reported("joint_action-1", 12, 4), **change)  # type: ignore[arg-type]
    code, words = story.refused(act, at("2026-07-02 12:00"))
    assert Refusal.REASON_NEEDED is code
    assert what in words

    story.do(replace(act, reason="The police sent more."), at("2026-07-02 12:00"))
    assert PartState.DONE is story.part("joint_action-1").state


@pytest.mark.parametrize("change", [{"vehicles": 1}, {"counters": (Counter("dogs", 4),)}])
def test_row_26_joint_action_without_people_brings_nothing(change: dict[str, object]) -> None:
    story = signed()
    story.do("plan_action", at("2026-07-01 09:30"))
    empty = ReportAction(part="joint_action-1", text="Rain.", people=0)
    act = replace(empty, **change)  # type: ignore[arg-type]
    assert Refusal.TOO_MUCH is story.refused(act, at("2026-07-02 12:00"))[0]

    story.do(empty, at("2026-07-02 12:00"))  # needs no picture either
    assert PartState.DONE is story.part("joint_action-1").state


def test_row_26_joint_action_is_shown_by_a_file() -> None:
    story = signed()
    story.do("plan_action", at("2026-07-01 09:30"))
    act = replace(reported("joint_action-1", 12, 4), evidence=())

    assert Refusal.MISSING_EVIDENCE is story.refused(act, at("2026-07-02 12:00"))[0]


def test_row_26_joint_action_of_a_running_case_is_reported_as_it_began() -> None:
    story = Story(replace(plan(), rules=None))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("plan_action", at("2026-07-01 09:30"))
    act = replace(reported("joint_action-1", 99, 4), evidence=())
    story.do(act, at("2026-07-02 12:00"))

    assert PartState.DONE is story.part("joint_action-1").state


MEETING = Convene(
    units=("water",),
    at=at("2026-07-02 10:00"),
    agenda="Stray dogs in three villages",
    cases=(OTHER_CASE, "abcde-fghjk-mnpqr"),
)


def test_row_28_special_meeting_has_existing_cases_on_its_agenda() -> None:
    story = signed()
    typo = replace(MEETING, cases=(OTHER_CASE, "abcde-fghjk-mnpqq"))
    when = at("2026-07-01 10:00")

    assert (Refusal.OTHER_CASE, "no case abcde-fghjk-mnpqq") == story.refused(typo, when)
    [opened] = only(story.do(MEETING, when), PartOpened)
    assert MEETING == opened.terms


def test_row_28_special_meeting_decides_in_each_case_what_that_one_needs() -> None:
    """Each case on the agenda has the meeting as a part of its own, and its own decisions."""
    for other, what in ((OTHER_CASE, "Catch the dogs."), ("abcde-fghjk-mnpqr", "Mend the fence.")):
        story = signed()
        story.do(replace(MEETING, cases=(other,)), at("2026-07-01 10:00"))
        held = Hold(
            part="conference-1",
            minutes="Agreed.",
            evidence=(MINUTES,),
            present=("squad", "water"),
            came=WATER_CAME,
            tasks=(Resolution("water", what),),
        )
        facts = story.do(held, at("2026-07-02 12:00"))

        given = [fact.terms for fact in only(facts, PartOpened)]
        assert [GiveTask(unit="water", what=what, evidence=1)] == given
