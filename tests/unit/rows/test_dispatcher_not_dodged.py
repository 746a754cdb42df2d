"""The short ways of a dispatcher and of a hotline seat, each refused with what to do instead."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.closing.acts import Close, Resolve
from domain.case.commands import Act, Actor
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.joint_work.acts import Convene, Hold, PlanAction
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Summon
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.sla.clocks import Measure
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, LOOKUP, PHOTO, plan
from tests.town import at, hours
from tests.unit.rows.story import Story

SUPERVISOR, DISPATCHER = ACTORS[Role.SUPERVISOR], ACTORS[Role.DISPATCHER]
TEN = at("2026-07-01 10:00")
DESIGNATED = Dispatch(unit="water", reason="It is theirs.", designated=True)


# --- Who designates a unit, which then cannot return the case.


def _first_dispatch() -> Story:
    story = Story(plan(holder=None))
    found = replace(plan(), holder=None)
    story.do("triage", TEN, lookup=replace(LOOKUP, plan=found))
    return story


def _returned() -> Story:
    story = Story()
    story.do("return", TEN)
    story.do(Answer(part="return-1", granted=True, reason="So it is."), TEN)
    return story


def test_the_platform_designates_no_unit() -> None:
    for story in (_first_dispatch(), _returned()):
        assert story.case.stage is Stage.TRIAGED
        code, words = story.refused(DESIGNATED, TEN, by=DISPATCHER)
        assert code is Refusal.WRONG_ROLE
        assert "a dispatcher designates no unit; leave out designated" in words


def test_no_unit_is_designated_that_could_not_object_yet() -> None:
    story = _first_dispatch()
    code, words = story.refused(DESIGNATED, TEN, by=SUPERVISOR)
    story.do(replace(DESIGNATED, designated=False), TEN, by=DISPATCHER)

    assert code is Refusal.WRONG_STEP
    assert "no unit has returned it" in words
    assert not story.case.designated


def test_who_rules_on_disputes_designates_after_a_return() -> None:
    story = _returned()
    story.do(DESIGNATED, TEN, by=SUPERVISOR)
    handler = replace(ACTORS[Role.HANDLER], unit="water")
    code, _ = story.refused(Return(reason="Not ours."), TEN, by=handler)

    assert code is Refusal.DESIGNATED


def test_a_case_of_before_the_rule_is_designated_as_it_was() -> None:
    story = Story(replace(plan(holder=None), rules=None))
    found = replace(plan(), holder=None, rules=None)
    story.do("triage", TEN, lookup=replace(LOOKUP, plan=found))
    story.do(DESIGNATED, TEN, by=DISPATCHER)

    assert story.case.designated


# --- How soon those who are asked have to come.


def _with_ahead(ahead: timedelta, measure: Measure = Measure.WORKING) -> CasePlan:
    """A supervised case in which an appointed hour needs a notice."""
    appointed = {PartKind.CONFERENCE, PartKind.INTERVIEW, PartKind.JOINT_ACTION}
    pinned = plan(tier=Tier.SUPERVISE)
    parts = (
        replace(rule, ahead=ahead, measure=measure) if rule.kind in appointed else rule
        for rule in pinned.parts
    )
    return replace(pinned, parts=tuple(parts))


def _appointing(when: datetime) -> list[Act]:
    return [
        Convene(units=("water",), at=when, agenda="Who does what."),
        Summon(whom="the owner", at=when, about="The stalls."),
        PlanAction(units=("water",), at=when, goal="Clear it.", people=4),
    ]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize(
    ("measure", "ahead", "first"),
    [
        (Measure.WORKING, hours(2), "2026-07-02 09:30"),  # half an hour is left of the first day
        (Measure.CONTINUOUS, hours(0.5), "2026-07-01 18:00"),
        (Measure.WORKING_DAYS, hours(2), "2026-07-02 09:30"),  # in working hours, too
    ],
)
def test_nothing_is_appointed_at_a_shorter_notice_than_the_policy_gives(
    number: int, measure: Measure, ahead: timedelta, first: str
) -> None:
    story = Story(_with_ahead(ahead, measure))
    now, earliest = at("2026-07-01 17:30"), at(first)
    soon, in_time = (_appointing(when)[number] for when in (earliest - hours(0.1), earliest))
    code, words = story.refused(soon, now, by=SUPERVISOR)
    story.do(in_time, now, by=SUPERVISOR)

    assert code is Refusal.BAD_DATE
    assert f"appoint it for {first.replace(' ', 'T')}:00+08:00 or later" in words
    assert [earliest] == [part.until for part in story.case.parts]


def test_a_meeting_that_lacks_a_unit_is_convened_again_with_the_same_notice() -> None:
    story = Story(_with_ahead(hours(2)))
    noon = at("2026-07-01 12:00")
    story.do(_appointing(noon)[0], TEN, by=SUPERVISOR)
    story.wait(noon + hours(0.5))
    here, file = ("squad",), (PHOTO,)
    again = Hold(part="conference-1", minutes="Water is missing.", present=here, evidence=file)
    short = replace(again, again=at("2026-07-01 14:10"))
    code, _ = story.refused(short, noon + hours(0.5), by=SUPERVISOR)
    story.do(replace(again, again=at("2026-07-01 16:00")), noon + hours(0.5), by=SUPERVISOR)

    assert code is Refusal.BAD_DATE


@pytest.mark.parametrize("number", range(3))
def test_where_the_policy_asks_for_no_notice_any_hour_to_come_is_as_before(number: int) -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do(_appointing(TEN + timedelta(minutes=1))[number], TEN, by=SUPERVISOR)

    assert story.case.parts


# --- Two people look at a result: one verifies it, and another asks the citizen.


@pytest.mark.parametrize("callback", [Callback.SATISFIED, Callback.NOT_REACHED])
def test_who_verifies_does_not_say_how_content_the_citizen_is(callback: Callback) -> None:
    seat = Actor("seat-3", Role.VERIFIER, "platform")
    story = Story()
    story.do("sign", TEN)
    story.do("resolve", TEN)
    story.do("verify", TEN, by=seat)
    same = replace(seat, role=Role.HOTLINE)
    code, words = story.refused(Close(callback=callback), TEN, by=same)
    story.do(Close(callback=Callback.SATISFIED), TEN, by=replace(same, id="seat-4"))

    assert code is Refusal.SAME_PERSON
    assert "seat-3 verified the result" in words
    assert story.case.stage is Stage.CLOSED


def test_who_verified_a_result_that_did_not_hold_may_ask_about_the_next_one() -> None:
    seat = Actor("seat-3", Role.SUPERVISOR, "platform")
    story = Story()
    story.do("sign", TEN)
    story.do("resolve", TEN)
    story.do("verify", TEN, by=seat)
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), TEN)
    story.do("sign", TEN)
    again = (replace(PHOTO, sha256="7" * 64),)
    story.do(Resolve(result="Gone now.", evidence=again), TEN)
    story.do("verify", TEN)
    story.do(Close(callback=Callback.SATISFIED), TEN, by=replace(seat, role=Role.HOTLINE))

    assert story.case.stage is Stage.CLOSED
