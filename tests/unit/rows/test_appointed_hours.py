"""Meetings, summonses, joint actions: clocks run to the appointed hour, and nothing is before."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.commands import Act
from domain.case.escalation.facts import DeadlineMissed
from domain.case.joint_work.acts import Convene, Hold, PlanAction, ReportAction
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.rectification.acts import Serve
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint, NoShow, Summon
from domain.planning.plans import RULES
from domain.vocabulary import Role, Tier
from tests.acts import ATTENDED, MINUTES, OTHER_CASE, PHOTO, RECEIPT, SCAN, WATER_CAME
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import UNITS, at
from tests.unit.rows.story import Story, only

SUPERVISOR = ACTORS[Role.SUPERVISOR]
BEGUN = at("2026-07-01 09:00")
HOUR = at("2026-07-10 10:00")
"""A Friday, later than the policy's sixteen working hours: people come when they are called."""
CONVENED = Convene(units=("water",), at=HOUR, agenda="Whose pavement?")
HELD = Hold(
    part="conference-1",
    minutes="Agreed.",
    evidence=(MINUTES,),
    present=("squad", "water"),
    came=WATER_CAME,
)
ALONE = replace(HELD, present=("squad",), came=None)
SUMMONED = Summon(whom="the owner", at=HOUR, about="The stalls")
PLANNED = PlanAction(units=("water",), at=HOUR, goal="Dogs.", people=12)
DONE = ReportAction(
    part="joint_action-1", text="Caught.", people=11, evidence=(PHOTO,), came=ATTENDED
)
APPOINTED: tuple[tuple[Act, Act], ...] = (
    (CONVENED, HELD),
    (SUMMONED, Hold(part="interview-1", minutes="They will leave.", evidence=(MINUTES,))),
    (SUMMONED, NoShow(part="interview-1")),
    (PLANNED, DONE),
)
MANY = replace(LOOKUP, units=(*UNITS, "police"))


def supervised(*members: str, rules: int | None = RULES) -> Story:
    story = Story(replace(plan(tier=Tier.SUPERVISE), rules=rules))
    if members:
        appointed = Appoint(lead="squad", members=members, instruction="Together.")
        story.do(appointed, at("2026-07-01 08:30"), lookup=MANY)
    story.do("sign", BEGUN)
    return story


def opened(act: Act) -> Story:
    story = supervised()
    story.do(act, BEGUN, by=SUPERVISOR)
    if act is SUMMONED:
        story.do(Serve(part="interview-1", evidence=(RECEIPT,)), BEGUN)
    return story


@pytest.mark.parametrize(("called", "said"), APPOINTED)
def test_a_clock_runs_to_the_appointed_hour_and_nothing_is_said_before_it(
    called: Act, said: Act
) -> None:
    story = opened(called)
    [name] = [part.id for part in story.case.open_parts()]

    assert HOUR == story.due(name)
    for early in (at("2026-07-01 09:01"), at("2026-07-10 09:59")):
        code, words = story.refused(said, early, by=SUPERVISOR)
        assert Refusal.WRONG_STEP is code
        assert f"{name} is appointed for 2026-07-10T10:00:00+08:00" in words
    story.do(said, HOUR, by=SUPERVISOR)
    assert not story.part(name).is_open


@pytest.mark.parametrize(("called", "said"), APPOINTED)
def test_what_was_appointed_is_not_late_before_its_hour_and_may_be_reported_after_it(
    called: Act, said: Act
) -> None:
    story = opened(called)
    [name] = [part.id for part in story.case.open_parts()]
    facts = story.wait(at("2026-07-10 12:00"))

    assert [] == [fact for fact in only(facts, DeadlineMissed) if fact.clock == name]
    assert PartMoved(part=name, to=PartState.UNDER_WAY, note="the appointed hour has come") in only(
        facts, PartMoved
    )
    assert PartState.UNDER_WAY is story.part(name).state
    story.do(said, at("2026-07-10 14:00"), by=SUPERVISOR)
    assert not story.part(name).is_open


@pytest.mark.parametrize(("called", "said"), APPOINTED)
def test_a_case_under_the_first_rules_goes_on_as_it_began(called: Act, said: Act) -> None:
    story = supervised(rules=None)
    story.do(called, BEGUN, by=SUPERVISOR)
    [name] = [part.id for part in story.case.open_parts()]

    assert HOUR != story.due(name)
    story.do(said, at("2026-07-01 09:01"), by=SUPERVISOR)
    assert not story.part(name).is_open


def test_a_summons_that_was_handed_over_keeps_its_hour() -> None:
    story = opened(SUMMONED)

    assert HOUR == story.due("interview-1")
    story.wait(at("2026-07-10 12:00"))
    assert PartState.UNDER_WAY is story.part("interview-1").state


def test_a_summons_of_a_rung_has_no_hour_and_the_policys_time() -> None:
    story = supervised()
    story.do("issue_letter", BEGUN)
    story.wait(at("2026-07-02 09:01"))  # eight working hours without an answer

    assert _minute(story.due("interview-1")) == at("2026-07-06 09:00")
    held = Hold(part="interview-1", minutes="They explain.", evidence=(MINUTES,))
    story.do(held, at("2026-07-02 10:00"), by=SUPERVISOR)


def test_a_meeting_that_nobody_reports_is_late_and_convened_once_more_by_the_clock() -> None:
    story = opened(CONVENED)
    first = story.wait(at("2026-07-14 10:01"))  # sixteen working hours after the hour

    missed = [fact.due_at for fact in only(first, DeadlineMissed) if fact.clock == "conference-1"]
    assert [at("2026-07-14 10:00")] == [_minute(moment) for moment in missed]
    last = only(first, PartMoved)[-1]
    assert PartState.OPEN is last.to
    assert "no-show: no meeting was reported; convened once more" == last.note
    assert at("2026-07-16 10:00") == _minute(story.due("conference-1"))
    assert Refusal.WRONG_STEP is story.refused(HELD, at("2026-07-15 10:00"))[0]

    story.wait(at("2026-07-21 10:00"))
    assert PartState.UNDER_WAY is story.part("conference-1").state  # the leader decides now
    code, _ = story.refused(ALONE, at("2026-07-21 11:00"))
    assert Refusal.NO_QUORUM is code
    story.do(ALONE, at("2026-07-21 11:00"), by=SUPERVISOR)
    assert PartState.DONE is story.part("conference-1").state


def test_a_meeting_without_quorum_meets_again_at_the_hour_that_is_said_and_not_before() -> None:
    story = opened(CONVENED)
    again = at("2026-07-13 15:00")
    story.do(replace(ALONE, again=again), HOUR)

    assert again == story.due("conference-1")
    met = replace(ALONE, evidence=(SCAN,))
    code, words = story.refused(met, at("2026-07-10 10:01"), by=SUPERVISOR)
    assert Refusal.WRONG_STEP is code
    assert "2026-07-13T15:00" in words
    code, _ = story.refused(replace(met, again=HOUR), again, by=SUPERVISOR)
    assert Refusal.WRONG_STEP is code  # it is convened once more, and not twice
    story.do(met, again, by=SUPERVISOR)
    assert PartState.DONE is story.part("conference-1").state


@pytest.mark.parametrize(
    ("hour", "code"),
    [(at("2026-07-10 09:00"), Refusal.BAD_DATE), (at("2027-07-10 09:00"), Refusal.BAD_DATE)],
)
def test_another_hour_is_a_moment_to_come(hour: datetime, code: Refusal) -> None:
    story = opened(CONVENED)

    assert code is story.refused(replace(ALONE, again=hour), HOUR)[0]


def test_the_quorum_is_the_lead_and_all_members_whoever_was_invited() -> None:
    story = supervised("water", "office")
    [invited] = only(story.do(CONVENED, BEGUN), PartOpened)
    assert {"water", "office", "squad"} == {*invited.units}

    [again] = story.do(HELD, HOUR)
    assert isinstance(again, PartMoved)
    assert "no quorum: office missing" == again.note


def test_a_guest_who_does_not_come_is_not_missed() -> None:
    story = supervised("water")
    story.do(replace(CONVENED, units=("police",)), BEGUN, lookup=MANY)
    story.do(HELD, HOUR)

    assert PartState.DONE is story.part("conference-1").state


def test_the_lead_is_of_the_quorum_and_under_earlier_rules_may_write_instead() -> None:
    story = supervised("water", rules=2)
    story.do(CONVENED, BEGUN)
    without = replace(HELD, present=("water",))
    [again] = story.do(without, HOUR, by=SUPERVISOR)
    assert isinstance(again, PartMoved)
    assert "no quorum: squad missing" == again.note

    story.do(replace(without, opinions=("squad",)), at("2026-07-14 10:00"), by=SUPERVISOR)
    assert PartState.DONE is story.part("conference-1").state


def test_a_meeting_is_about_cases_that_exist() -> None:
    story = supervised()
    act = replace(CONVENED, cases=(OTHER_CASE, "zzzzz-zzzzz-zzzzz"))
    found = replace(LOOKUP, cases=(OTHER_CASE,))

    code, words = story.refused(act, BEGUN, lookup=found)
    assert Refusal.OTHER_CASE is code
    assert "no case zzzzz-zzzzz-zzzzz" == words
    own = replace(CONVENED, cases=(story.case.case_id,))
    assert Refusal.OTHER_CASE is story.refused(own, BEGUN, lookup=found)[0]
    many = replace(CONVENED, cases=(OTHER_CASE,) * 51)
    assert Refusal.TOO_MUCH is story.refused(many, BEGUN, lookup=found)[0]
    story.do(replace(CONVENED, cases=(OTHER_CASE,)), BEGUN, lookup=found)


def test_a_meeting_of_before_the_rules_keeps_its_clock_when_the_case_is_repinned() -> None:
    story = supervised(rules=None)
    story.do(CONVENED, BEGUN, by=SUPERVISOR)
    before = story.due("conference-1")
    anew = replace(story.case.plan, rules=RULES, policy="sha256:next")
    story.do("repin", at("2026-07-01 10:00"), lookup=replace(LOOKUP, plan=anew))

    assert before == story.due("conference-1")
    story.do(HELD, at("2026-07-01 11:00"))
    assert PartState.DONE is story.part("conference-1").state


def test_an_hour_that_comes_while_the_case_is_suspended_is_reported_when_it_goes_on() -> None:
    story = opened(CONVENED)
    story.do("suspend", at("2026-07-02 10:00"))
    story.wait(at("2026-07-20 10:00"))
    assert Refusal.SUSPENDED is story.refused(HELD, at("2026-07-20 10:00"))[0]
    story.do("resume", at("2026-07-20 11:00"))
    story.do(HELD, at("2026-07-20 12:00"))

    assert PartState.DONE is story.part("conference-1").state


def test_a_meeting_keeps_its_hour_when_the_tier_rises() -> None:
    story = Story(plan())
    story.do("sign", BEGUN)
    story.do(CONVENED, BEGUN, by=SUPERVISOR)
    story.do("raise_tier", at("2026-07-02 10:00"))

    assert Tier.SUPERVISE is story.case.tier
    assert HOUR == story.due("conference-1")
    early = at("2026-07-03 10:00")
    assert Refusal.WRONG_STEP is story.refused(HELD, early, by=SUPERVISOR)[0]


def _minute(moment: datetime | None) -> datetime | None:
    """The engine wakes a millisecond after a moment; whatever begins then is that much later."""
    return moment and moment.replace(second=0, microsecond=0)
