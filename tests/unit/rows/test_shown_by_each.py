"""Meetings and actions of several units are shown by each of them, not by one person's word."""

from dataclasses import replace

import pytest

from domain.case.joint_work.acts import Attendance, Convene, Hold, Opinion, PlanAction, ReportAction
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.planning.plans import RULES
from domain.vocabulary import Role, Tier
from tests.acts import ATTENDED, MINUTES, PHOTO, SCAN, WATER_CAME
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story

BEGUN = at("2026-07-01 09:00")
HOUR = at("2026-07-02 10:00")
LATER = at("2026-07-06 11:00")
HANDLER, SUPERVISOR = ACTORS[Role.HANDLER], ACTORS[Role.SUPERVISOR]
WROTE = Opinion("water", "feng", SCAN)
HELD = Hold(
    part="conference-1",
    minutes="Agreed.",
    present=("squad",),
    evidence=(MINUTES,),
    written=(WROTE,),
)
CAME = ReportAction(
    part="joint_action-1", text="Caught.", people=9, evidence=(PHOTO,), came=ATTENDED
)


def convened(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(tier=Tier.SUPERVISE), rules=rules))
    story.do("sign", BEGUN)
    story.do(Convene(units=("water",), at=HOUR, agenda="Whose?"), BEGUN, by=SUPERVISOR)
    return story


def planned(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(tier=Tier.SUPERVISE), rules=rules))
    story.do("sign", BEGUN)
    story.do(PlanAction(units=("water",), at=HOUR, goal="Dogs.", people=12), BEGUN, by=SUPERVISOR)
    return story


def test_a_member_may_write_to_a_conference_by_a_person_and_a_file() -> None:
    story = convened()
    story.do(HELD, HOUR)

    assert PartState.DONE is story.part("conference-1").state


MET = replace(HELD, written=None, present=("squad", "water"), came=WATER_CAME)


def test_a_member_came_to_a_conference_by_a_person_of_its_roster() -> None:
    story = convened()
    story.do(MET, HOUR)

    assert PartState.DONE is story.part("conference-1").state


def test_that_a_member_came_is_not_the_word_of_the_lead_alone() -> None:
    story = convened()
    code, words = story.refused(replace(MET, came=None), HOUR, by=HANDLER)

    assert Refusal.MISSING_EVIDENCE is code
    assert "say who of water came to conference-1" in words


def test_a_member_of_which_a_person_is_named_need_not_be_said_to_be_present() -> None:
    story = convened()
    story.do(replace(MET, present=("squad",)), HOUR)

    assert PartState.DONE is story.part("conference-1").state


def test_a_member_of_which_no_person_is_named_was_absent() -> None:
    story = convened()
    story.do(replace(MET, present=("squad",), came=None), HOUR)

    assert PartState.OPEN is story.part("conference-1").state


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (Attendance("water", "li"), Refusal.NOT_OF_THE_UNIT),
        (Attendance("water", "nobody"), Refusal.NOT_OF_THE_UNIT),
    ],
)
def test_who_came_is_of_the_unit(came: Attendance, code: Refusal) -> None:
    story = convened()

    assert code is story.refused(replace(MET, came=(came,)), HOUR)[0]


def test_who_enters_the_minutes_is_not_the_member_who_came() -> None:
    story = convened()
    by = replace(SUPERVISOR, id="feng")
    code, words = story.refused(MET, HOUR, by=by)

    assert Refusal.SAME_PERSON is code
    assert "name another of water" in words


def test_an_auxiliary_does_not_come_to_a_conference_for_its_unit() -> None:
    story = convened()
    code, _ = story.refused(MET, HOUR, lookup=replace(LOOKUP, auxiliaries=("feng",)))

    assert Refusal.WRONG_ROLE is code


def test_an_interview_has_no_members_who_come() -> None:
    story = convened()
    story.do("summon", BEGUN)
    summoned = replace(MET, part="interview-1", present=())

    assert Refusal.WRONG_STEP is story.refused(summoned, LATER, by=HANDLER)[0]


@pytest.mark.parametrize("rules", [None, 2])
def test_who_came_to_a_conference_of_a_running_case_is_said_as_it_began(rules: int | None) -> None:
    story = convened(rules)
    story.do(replace(MET, came=None), HOUR)

    assert PartState.DONE is story.part("conference-1").state


@pytest.mark.parametrize("part", ["conference", "interview"])
def test_minutes_have_a_file(part: str) -> None:
    story = convened()
    story.do("summon", BEGUN)
    code, words = story.refused(replace(HELD, part=f"{part}-1", evidence=()), HOUR, by=SUPERVISOR)

    assert Refusal.MISSING_EVIDENCE is code
    assert "minutes" in words


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"written": None, "opinions": ("water",)}, Refusal.MISSING_EVIDENCE),  # no person, no file
        ({"written": (replace(WROTE, person="li"),)}, Refusal.NOT_OF_THE_UNIT),
        ({"written": (replace(WROTE, person="nobody"),)}, Refusal.NOT_OF_THE_UNIT),
        ({"written": (replace(WROTE, file=MINUTES),)}, Refusal.MISSING_EVIDENCE),
        ({"present": (), "written": (Opinion("squad", "zhao", SCAN),)}, Refusal.NO_QUORUM),
    ],
)
def test_an_opinion_that_no_one_of_the_unit_answers_for_does_not_count(
    change: dict[str, object], code: Refusal
) -> None:
    story = convened()

    assert code is story.refused(replace(HELD, **change), HOUR)[0]  # type: ignore[arg-type]


def test_a_conference_without_its_lead_binds_no_one_however_often_it_is_held() -> None:
    story = convened()
    empty = replace(HELD, present=())
    story.do(empty, HOUR)  # convened once more
    again = replace(
        empty,
        evidence=(replace(MINUTES, sha256="4" * 64),),
        written=(replace(WROTE, file=replace(SCAN, sha256="5" * 64)),),
    )

    code, words = story.refused(again, LATER, by=SUPERVISOR)
    assert Refusal.NO_QUORUM is code
    assert "squad leads and did not come" in words
    story.do(replace(again, present=("squad",)), LATER, by=SUPERVISOR)


def test_minutes_of_an_earlier_meeting_show_no_second_one() -> None:
    story = convened()
    alone = replace(HELD, written=None)
    story.do(alone, HOUR)

    assert Refusal.MISSING_EVIDENCE is story.refused(alone, LATER, by=SUPERVISOR)[0]


@pytest.mark.parametrize("rules", [None, 2])
def test_a_conference_of_a_running_case_is_held_as_it_began(rules: int | None) -> None:
    story = convened(rules)
    story.do(replace(HELD, written=None, opinions=("water",), evidence=()), HOUR)

    assert PartState.DONE is story.part("conference-1").state


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"came": None}, Refusal.MISSING_EVIDENCE),
        ({"came": (Attendance("squad", "feng"),)}, Refusal.NOT_OF_THE_UNIT),
        ({"came": (Attendance("office", "zhou"),)}, Refusal.NOT_YOUR_PART),
        ({"came": (Attendance("squad", "li"),)}, Refusal.SAME_PERSON),  # who enters the result
        ({"people": 1}, Refusal.TOO_MUCH),  # two are named
        ({"people": 0}, Refusal.TOO_MUCH),
        ({"evidence": ()}, Refusal.MISSING_EVIDENCE),
    ],
)
def test_a_roll_call_names_a_person_of_each_unit_that_came(
    change: dict[str, object], code: Refusal
) -> None:
    story = planned()

    assert code is story.refused(replace(CAME, **change), HOUR, by=HANDLER)[0]  # type: ignore[arg-type]


def test_a_roll_call_counts_with_those_who_came() -> None:
    story = planned()
    story.do(CAME, HOUR)

    assert PartState.DONE is story.part("joint_action-1").state


@pytest.mark.parametrize("rules", [None, 2])
def test_an_action_of_a_running_case_is_reported_as_it_began(rules: int | None) -> None:
    story = planned(rules)
    story.do(replace(CAME, came=None), HOUR)

    assert PartState.DONE is story.part("joint_action-1").state


def test_whoever_is_not_looked_up_speaks_for_no_unit() -> None:
    story = convened()

    code, _ = story.refused(HELD, HOUR, lookup=replace(LOOKUP, speakers=()))
    assert Refusal.NOT_OF_THE_UNIT is code


def test_an_auxiliary_gives_no_opinion_for_its_unit() -> None:
    story = convened()
    code, words = story.refused(HELD, HOUR, lookup=replace(LOOKUP, auxiliaries=(WROTE.person,)))
    story.do(HELD, HOUR)

    assert Refusal.WRONG_ROLE is code
    assert "another regular person" in words
