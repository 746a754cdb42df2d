"""Row 28: a special meeting has an agenda of cases, and each of them knows of it."""

from dataclasses import replace

import pytest

from domain.case.called_meetings import Meeting, MeetingState
from domain.case.commands import Actor, Lookup
from domain.case.cross_case_messages import cross_case_messages
from domain.case.joint_work.acts import CaseDecision, Convene, Hold
from domain.case.open_work import not_met
from domain.case.parts.acts import Waive
from domain.case.refusals import Refusal
from domain.case.special_meetings.acts import TellMeeting
from domain.case.special_meetings.facts import OnAgenda
from domain.case.supervision.acts import Appoint
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import MEETING, PLAN
from domain.vocabulary import Role, Stage, Tier
from schemas.commands import CommandMessage
from tests.acts import OTHER_CASE, PHOTO, WATER_CAME
from tests.builders import ACTORS, LOOKUP, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story, only
from tests.unit.rows.test_rhythm import runs, with_limits

NINE, HOUR = at("2026-07-01 09:00"), at("2026-07-01 15:00")
AFTER, NEXT = at("2026-07-01 15:10"), at("2026-07-02 15:00")
THIRD = "abcde-fghjk-mnpqr"
OFFICE = ACTORS[Role.SUPERVISOR]
MEET = Convene(units=("water",), at=HOUR, agenda="三件河道案", cases=(OTHER_CASE, THIRD))
DECIDED = (CaseDecision(OTHER_CASE, "水务先行封堵"),)


def told(story: Story) -> list[tuple[str, TellMeeting]]:
    """Return all that this case has told others of its meetings."""
    return [
        (to, act)
        for event in story.events
        for to, act in cross_case_messages(story.case, event)
        if isinstance(act, TellMeeting)
    ]


def convened(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned or plan())
    story.do("sign", NINE)
    story.do(MEET, NINE, by=OFFICE)
    return story


def hold(present: tuple[str, ...] = ("squad", "water"), **changes: object) -> Hold:
    held = Hold(
        part="conference-1",
        minutes="议定三件",
        present=present,
        came=WATER_CAME if "water" in present else None,
        evidence=(PHOTO,),
        decisions=DECIDED,
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def heard(act: TellMeeting) -> tuple[Story, list[OnAgenda]]:
    other = Story(plan(complaint(event_id="2")))
    facts = other.do(act, NINE, by=Actor(act.case, Role.ENGINE))
    return other, only(facts, OnAgenda)


def test_every_case_on_the_agenda_is_told_of_the_meeting() -> None:
    story = convened()
    called = TellMeeting(
        case=story.case.case_id, part="conference-1", state=MeetingState.CALLED, at=HOUR
    )

    assert told(story) == [(OTHER_CASE, called), (THIRD, called)]


def test_a_case_keeps_what_it_was_told() -> None:
    [(_, act), _] = told(convened())
    other, [row] = heard(act)

    assert row == OnAgenda(case=act.case, part="conference-1", state=MeetingState.CALLED, at=HOUR)
    assert other.case.meetings == (Meeting(act.case, "conference-1", MeetingState.CALLED, HOUR),)
    assert other.case.stage is Stage.DISPATCHED  # nothing else of it changes


def test_each_case_is_told_its_own_decision_and_no_other() -> None:
    story = convened()
    story.wait(AFTER)
    story.do(hold(), AFTER, by=OFFICE)
    _, _, (one, first), (two, second) = told(story)

    assert one == OTHER_CASE
    assert first.state is MeetingState.HELD
    assert first.text == "水务先行封堵"
    assert two == THIRD
    assert second.state is MeetingState.HELD
    assert second.text == ""
    assert "议定三件" not in first.text


def test_a_meeting_that_lacked_a_unit_is_told_with_its_new_hour() -> None:
    story = convened()
    story.wait(AFTER)
    story.do(hold(("squad",), again=NEXT, decisions=None), AFTER, by=OFFICE)
    *_, (_, moved) = told(story)
    [(_, called), *_] = told(story)
    other, _ = heard(called)
    other.do(moved, AFTER, by=Actor(moved.case, Role.ENGINE))

    assert moved.state is MeetingState.MOVED
    assert other.case.meetings == (Meeting(moved.case, "conference-1", MeetingState.MOVED, NEXT),)


def test_a_meeting_that_is_called_off_is_told() -> None:
    story = convened()
    story.do(Waive(part="conference-1", reason="Settled."), NINE, by=OFFICE)
    *_, (to, act) = told(story)

    assert to == THIRD
    assert act.state is MeetingState.CALLED_OFF


def test_a_decision_on_a_case_that_is_not_on_the_agenda_is_refused() -> None:
    story = convened()
    story.wait(AFTER)
    stranger = hold(decisions=(CaseDecision("99999-99999-99999", "x"),))
    code, words = story.refused(stranger, AFTER, by=OFFICE)
    twice, _ = story.refused(hold(decisions=DECIDED * 2), AFTER, by=OFFICE)

    assert code is Refusal.OTHER_CASE
    assert words.endswith(f"the others on it: {OTHER_CASE}, {THIRD}")
    assert twice is Refusal.OTHER_CASE


def test_a_conference_of_one_case_tells_no_other() -> None:
    story = Story()
    story.do("sign", NINE)
    story.do(replace(MEET, cases=()), NINE, by=OFFICE)

    assert told(story) == []


def test_a_case_under_earlier_rules_tells_no_other() -> None:
    assert told(convened(replace(plan(), rules=2))) == []


@pytest.mark.parametrize("tier", [Tier.ASSIGN, Tier.SUPERVISE])
def test_a_case_that_has_ended_keeps_it_too(tier: Tier) -> None:
    [(_, act), _] = told(convened(plan(tier=tier)))
    other = Story(plan(holder=None, callback=False))
    other.do("refuse", NINE)
    other.do(act, NINE, by=Actor(act.case, Role.ENGINE))

    assert other.case.stage is Stage.REFUSED
    assert other.case.meetings is not None


def test_a_worker_of_the_release_before_takes_a_meeting_without_decisions() -> None:
    plain = hold(decisions=None)
    message = CommandMessage(id="1", actor=OFFICE, act=plain).model_dump(mode="json")

    assert "decisions" not in message["act"]
    assert LOOKUP.cases == (OTHER_CASE, THIRD)


# --- Whose cases may be on the agenda.

HANDLER = ACTORS[Role.HANDLER]


def _with(*holders: tuple[str, str]) -> Lookup:
    return replace(LOOKUP, holders=holders)


def test_an_officer_puts_no_case_of_another_unit_on_the_agenda() -> None:
    story = Story()
    one = replace(MEET, cases=(OTHER_CASE,))
    code, words = story.refused(one, NINE, by=HANDLER, lookup=_with((OTHER_CASE, "water")))
    none, _ = story.refused(one, NINE, by=HANDLER)
    story.do(one, NINE, by=HANDLER, lookup=_with((OTHER_CASE, "squad")))

    assert code is Refusal.WRONG_ROLE
    assert none is Refusal.WRONG_ROLE
    assert "the platform or the leading group's office calls a meeting on it" in words


def test_the_unit_that_has_a_case_of_the_agenda_is_invited() -> None:
    story = Story()
    lookup = replace(_with((THIRD, "sanitation")), units=(*LOOKUP.units, "sanitation"))
    code, words = story.refused(MEET, NINE, by=OFFICE, lookup=lookup)
    invited = replace(MEET, units=("water", "sanitation"))
    story.do(invited, NINE, by=OFFICE, lookup=lookup)

    assert code is Refusal.NO_QUORUM
    assert words == f"{THIRD} is with sanitation; invite sanitation with `units`, too"


def test_an_officer_decides_nothing_on_cases_that_the_office_put_on_the_agenda() -> None:
    story = convened()
    story.wait(AFTER)
    code, words = story.refused(hold(), AFTER, by=HANDLER)
    story.do(hold(decisions=None), AFTER, by=HANDLER)

    assert code is Refusal.WRONG_ROLE
    assert "a supervisor called conference-1 on cases of other units" in words


def test_an_agenda_of_before_the_rule_has_every_case() -> None:
    story = Story(replace(plan(), rules=2))
    story.do(MEET, NINE, by=HANDLER, lookup=_with((OTHER_CASE, "sanitation")))
    story.wait(AFTER)
    story.do(hold(), AFTER, by=HANDLER)

    assert story.part("conference-1").cases == (OTHER_CASE, THIRD)


# --- Whether it stands for the meeting of a supervised case on its agenda.


def supervised_and_told(units: tuple[str, ...], text: str = "水务先行封堵") -> Story:
    pinned = with_limits(plan(tier=Tier.SUPERVISE), MEETING, PLAN)
    other = Story(replace(pinned, met_first=True))
    other.do(Appoint(lead="squad", members=("water",), instruction="Together."), NINE)
    other.do("sign", NINE)
    held = TellMeeting(
        case=OTHER_CASE, part="conference-1", state=MeetingState.HELD, text=text, heard=units
    )
    other.do(held, AFTER, by=Actor(OTHER_CASE, Role.ENGINE))
    return other


def test_a_meeting_with_all_its_units_stands_for_the_meeting_of_the_case() -> None:
    other = supervised_and_told(("squad", "water", "sanitation"))

    assert not runs(other.case, MEETING)
    assert runs(other.case, PLAN)
    assert not not_met(other.case)


def test_a_meeting_without_one_of_its_units_says_that_the_case_meets_itself() -> None:
    other = supervised_and_told(("squad",))
    [row] = [each.fact for each in other.events if isinstance(each.fact, OnAgenda)]

    assert runs(other.case, MEETING)
    assert row.lacked == ("water",)
    assert not_met(other.case)


def test_a_meeting_that_decided_nothing_on_the_case_does_not_stand_for_its_own() -> None:
    assert runs(supervised_and_told(("squad", "water"), text="").case, MEETING)


def test_who_was_heard_is_told_to_the_cases_of_the_agenda() -> None:
    story = convened()
    story.wait(AFTER)
    story.do(hold(), AFTER, by=OFFICE)

    assert told(story)[-1][1].heard == ("squad", "water")
