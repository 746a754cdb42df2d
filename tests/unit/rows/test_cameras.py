"""Row 11: a camera gives notice, looks again, and a person confirms what is still there.

In the shipped town: its own files are the data.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.case.closing.facts import Closed
from domain.case.commands import Actor, Lookup
from domain.case.escalation.facts import RungReached
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.refusals import Refusal
from domain.case.registration.acts import Recheck, Settle, Triage
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer
from domain.complaints import Complaint, Evidence, Place, SuperiorOrder
from domain.planning.planner import plan, plan_after_triage, plan_under_new_policy
from domain.planning.plans import Suggestion
from domain.policy.part_rules import PartKind
from domain.reporting.indicators import CaseCounts, case_figures
from domain.reporting.periods import Period
from domain.sla.case_clocks import ACCEPT, CITIZEN
from domain.sla.clocks import used
from domain.vocabulary import Channel, Role, Stage, Tier
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.builders import ACTORS, LOOKUP
from tests.town import at
from tests.unit.rows.story import Story, kinds, only

TOWN = load_pack(pack_of("youchegang"), {"china": china})
SEEN = at("2026-11-24 09:30")  # a Tuesday
FRAME = Evidence("a" * 64, "s3://frames/4711.jpg", "image/jpeg")
LATER = Evidence("b" * 64, "s3://frames/4712.jpg", "image/jpeg")
CAMERA = Actor("camera-3", Role.REPORTER)
NOTICE = timedelta(minutes=30)
TO_LOOK = timedelta(minutes=10)
A_MOMENT = timedelta(seconds=1)
CLEAR = Recheck(part="recheck-1", clear=True, note="The stalls are gone.", evidence=(LATER,))
STILL = Recheck(part="recheck-1", clear=False, note="Still there.", evidence=(LATER,))


def sighting(**changed: Any) -> Complaint:
    told = Complaint(
        tenant=TOWN.tenant,
        source="https://cameras.example/3",
        event_id="4711",
        complaint_id="4711",
        channel=Channel.CAMERA,
        reported_at=SEEN,
        text="Stalls on the pavement.",
        category="road-occupation",
        place=Place("荷塘村三组路口", "G01"),
        evidence=(FRAME,),
    )
    return replace(told, **changed)


def camera(**changed: Any) -> Story:
    return Story(plan(TOWN, sighting(**changed)), SEEN)


def due_for_a_look(**changed: Any) -> tuple[Story, datetime]:
    """The notice is over; nobody has looked yet."""
    story = camera(**changed)
    story.wait(SEEN + NOTICE + A_MOMENT)
    return story, SEEN + NOTICE + timedelta(minutes=1)


def by_people(story: Story) -> Lookup:
    new = plan_after_triage(TOWN, story.case.plan, category="road-occupation")
    return replace(LOOKUP, plan=new)


def test_row_11_camera_gives_notice_and_nobody_is_asked_to_triage_while_it_runs() -> None:
    story = camera()
    [opened] = [e.fact for e in story.events if isinstance(e.fact, PartOpened)]
    accept, citizen = story.clock(ACCEPT), story.clock(CITIZEN)
    told = [rung for rung in only(story.wait(SEEN + NOTICE), RungReached) if rung.told]

    assert "recheck-1" == opened.part
    assert PartKind.RECHECK == opened.what
    assert PartState.SERVED == opened.starts
    assert SEEN + NOTICE == opened.until
    assert Stage.RECEIVED == story.case.stage
    assert story.case.holder is None
    assert accept.is_paused is True
    assert citizen.is_paused is False
    assert {"recheck-1"} == {rung.clock for rung in told}
    assert {"verifier"} == {each.role for rung in told for each in rung.told}


def test_row_11_camera_that_sees_nothing_any_more_closes_the_case_with_the_hash_of_its_frame() -> (
    None
):
    story, now = due_for_a_look()
    facts = story.do(CLEAR, now, by=CAMERA)
    [closed] = only(facts, Closed)

    assert ["part_moved", "closed"] == kinds(facts)
    assert PartState.DONE == story.part("recheck-1").state
    assert Stage.CLOSED == story.case.stage
    assert "put right by itself: The stalls are gone." == closed.note
    assert LATER.sha256 == closed.evidence[0].sha256
    assert FRAME.sha256 == story.case.plan.complaint.evidence[0].sha256


def test_row_11_camera_may_see_before_the_notice_is_over_that_it_worked() -> None:
    story = camera()
    story.do(CLEAR, SEEN + timedelta(minutes=5), by=CAMERA)

    assert Stage.CLOSED is story.case.stage


def test_row_11_camera_cannot_cut_its_own_notice_short() -> None:
    story = camera()
    code, words = story.refused(STILL, SEEN + timedelta(minutes=5), by=CAMERA)

    assert Refusal.WRONG_STEP == code
    assert "not over" in words


def test_row_11_camera_still_sees_it_and_a_person_has_the_whole_time_to_confirm() -> None:
    story, now = due_for_a_look()
    story.do(STILL, now, by=CAMERA)
    accept = story.clock(ACCEPT)
    assert Stage.RECEIVED == story.case.stage
    assert PartState.FAILED == story.part("recheck-1").state
    assert accept.is_paused is False
    assert timedelta(0) == used(accept, story.case.plan.calendar, now)
    facts = story.do(Triage(category="road-occupation"), now, lookup=by_people(story))

    assert ["triaged", "dispatched"] == kinds(facts)
    assert (Tier.DIRECT, Stage.DISPATCHED, "enforcement-squad") == story.where


def test_row_11_camera_that_never_looks_again_leaves_it_to_a_person_and_closes_nothing() -> None:
    story = camera()
    facts = story.wait(SEEN + NOTICE + TO_LOOK + A_MOMENT)
    moves = only(facts, PartMoved)
    accept = story.clock(ACCEPT)
    refused = story.refused(CLEAR, SEEN + NOTICE + TO_LOOK + 2 * A_MOMENT, by=CAMERA)

    assert [PartState.INSPECTION, PartState.LAPSED] == [move.to for move in moves]
    assert "nobody looked again; a person triages it" == moves[-1].note
    assert Stage.RECEIVED == story.case.stage
    assert accept.is_paused is False
    assert Refusal.NO_SUCH_PART is refused[0]


def test_row_11_camera_notice_goes_on_under_a_policy_that_allows_no_more_of_them() -> None:
    """Pinned anew, nothing that is open stands still for ever."""
    rules = tuple(
        replace(rule, limit=0) if rule.kind is PartKind.RECHECK else rule for rule in TOWN.parts
    )
    story = camera()
    stricter = plan_under_new_policy(
        replace(TOWN, parts=rules, hash="sha256:next"), story.case.plan, Tier.DIRECT
    )
    act = Repin(policy="sha256:next", reason="No more notices.")
    story.do(act, SEEN + A_MOMENT, lookup=replace(LOOKUP, plan=stricter))
    moves = only(story.wait(SEEN + NOTICE + 2 * TO_LOOK), PartMoved)

    assert [PartState.INSPECTION, PartState.LAPSED] == [move.to for move in moves]
    assert not story.clock(ACCEPT).is_paused


def test_row_11_camera_looks_by_night_as_by_day() -> None:
    night = at("2026-11-24 23:50")
    story = Story(plan(TOWN, sighting(reported_at=night)), night)
    story.wait(night + NOTICE + A_MOMENT)

    look = story.due("recheck-1")

    assert look is not None
    assert timedelta(0) <= look - (night + NOTICE + TO_LOOK) <= A_MOMENT


def test_row_11_camera_is_overtaken_by_a_person_who_decides_at_once() -> None:
    story = camera()
    facts = story.do(Triage(category="road-occupation"), SEEN, lookup=by_people(story))

    assert ["part_moved", "triaged", "dispatched"] == kinds(facts)
    assert PartState.LAPSED is story.part("recheck-1").state
    assert Refusal.WRONG_STAGE is story.refused(CLEAR, SEEN + NOTICE, by=CAMERA)[0]


def test_row_11_camera_notice_is_cleared_by_the_platform_with_a_picture_alone() -> None:
    story = camera()
    code, _ = story.refused(Settle(result="They moved while I called."), SEEN)
    early, words = story.refused(CLEAR, SEEN, by=ACTORS[Role.DISPATCHER])
    story.wait(SEEN + NOTICE + A_MOMENT)
    facts = story.do(CLEAR, SEEN + NOTICE + A_MOMENT, by=ACTORS[Role.DISPATCHER])

    assert Refusal.NOT_AT_THE_DESK is code
    assert Refusal.WRONG_STEP is early
    assert "the time of recheck-1 to put it right is not over" in words
    assert ["part_moved", "closed"] == kinds(facts)
    assert Stage.CLOSED == story.case.stage


@pytest.mark.parametrize(
    ("by", "act", "why"),
    [
        (CAMERA, replace(CLEAR, evidence=()), Refusal.MISSING_EVIDENCE),
        (ACTORS[Role.HANDLER], CLEAR, Refusal.NOT_READABLE),  # no unit has the case yet
        (ACTORS[Role.UNIT_HEAD], STILL, Refusal.NOT_READABLE),
        (replace(ACTORS[Role.AUXILIARY], unit="platform"), CLEAR, Refusal.WRONG_ROLE),
        (ACTORS[Role.HOTLINE], CLEAR, Refusal.WRONG_ROLE),
    ],
)
def test_row_11_camera_case_is_cleared_with_a_picture_and_by_nobody_who_might_have_to_handle_it(
    by: Actor, act: Recheck, why: Refusal
) -> None:
    story, now = due_for_a_look()

    assert why is story.refused(act, now, by=by)[0]


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER])
def test_row_11_camera_may_be_replaced_by_a_person_who_looks(role: Role) -> None:
    story, now = due_for_a_look()
    story.do(CLEAR, now, by=ACTORS[role])

    assert Stage.CLOSED is story.case.stage


def test_row_11_camera_without_a_frame_or_in_danger_is_looked_at_by_a_person_at_once() -> None:
    for story in (camera(evidence=()), camera(category="manhole-missing")):
        assert Stage.RECEIVED == story.case.stage
        assert () == story.case.parts
        assert not story.clock(ACCEPT).is_paused


def test_row_11_camera_of_a_superior_is_written_off_by_the_superior_alone() -> None:
    story, now = due_for_a_look(superior=SuperiorOrder("2026-7", "区府办"))
    story.do(CLEAR, now, by=CAMERA)

    assert Stage.REPORTED is story.case.stage


def test_row_11_camera_cases_put_right_by_themselves_are_counted_apart() -> None:
    """Nobody took them on, so they are no merit of anybody's closing rate."""
    period = Period(SEEN.date(), SEEN.date())
    clear, now = due_for_a_look()
    clear.do(CLEAR, now, by=CAMERA)
    asks = (Suggestion("consult", "Question or advice"),)
    settled = Story(replace(plan(TOWN, sighting(category=None)), suggested=asks), SEEN)
    question = Settle(result="Told the driver.", category="consult")
    asked = plan_after_triage(TOWN, settled.case.plan, "consult")
    assert asked is not None
    settled.do(question, SEEN, lookup=replace(LOOKUP, plan=asked))
    found = [case_figures(story.events, period) for story in (clear, settled)]
    back, now = due_for_a_look()
    back.do(CLEAR, now, by=CAMERA)
    back.do("ask_reopening", now)
    yes = Answer(part="reopening-1", granted=True, reason="They are back.")
    back.do(yes, now, by=ACTORS[Role.SUPERVISOR])

    assert [
        CaseCounts(received=1, put_right=1),
        CaseCounts(received=1, accepted=1, closed=1, in_time=1),
    ] == [each.closing for each in found if each is not None]
    after = case_figures(back.events, period)
    assert after is not None
    assert 0 == after.closing.put_right
    assert 1 == after.closing.accepted
