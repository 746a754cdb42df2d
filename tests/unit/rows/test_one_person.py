"""A stand-in counts as who set the absence, wherever a rule asks for another person."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close
from domain.case.commands import Actor
from domain.case.joint_work.acts import Attendance, PlanAction, Report, ReportAction
from domain.case.penalties.acts import PenaltyStep
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.requests.acts import Answer
from domain.planning.plans import RULES
from domain.vocabulary import Callback, Role, Stage, Urgency
from tests.acts import advanced
from tests.builders import ACTORS, LOOKUP, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE, TEN, NOON = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-01 12:00")
HOTLINE, DISPATCHER = ACTORS[Role.HOTLINE], ACTORS[Role.DISPATCHER]
OFFICER, HEAD = ACTORS[Role.HANDLER], ACTORS[Role.UNIT_HEAD]
BOTH_RULES = pytest.mark.parametrize("rules", [2, RULES])


def for_another(by: Actor, setter: Actor, id_: str = "gu") -> Actor:
    """Return a stand-in in this role by an absence that `setter` set."""
    return replace(by, id=id_, for_person="absent", set_by=setter.id)


def verified(rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    return story


def test_a_good_word_after_calls_in_vain_of_the_own_stand_in_says_how_he_was_reached() -> None:
    story = verified()
    story.do(Close(callback=Callback.NOT_REACHED), NINE, by=for_another(HOTLINE, HOTLINE))
    good = Close(callback=Callback.SATISFIED)
    code, _ = story.refused(good, TEN, by=HOTLINE)
    story.do(good, TEN, by=replace(HOTLINE, id="zhou"))

    assert code is Refusal.REASON_NEEDED
    assert story.case.stage is Stage.CLOSED


def test_nor_does_who_set_it_better_the_word_that_the_stand_in_recorded() -> None:
    story = verified()
    bad = Close(callback=Callback.UNSATISFIED, note="Still there.")
    story.do(bad, NINE, by=for_another(HOTLINE, HOTLINE))
    good = Rate(callback=Callback.SATISFIED, note="He rang.")
    code, _ = story.refused(good, NOON, by=HOTLINE)
    story.do(good, NOON, by=replace(HOTLINE, id="zhou"))

    assert code is Refusal.SAME_PERSON


@BOTH_RULES
def test_a_check_of_the_own_stand_in_calms_no_danger(rules: int) -> None:
    calm = Triage(category="street-stalls", urgency=Urgency.COMPLEX, reason="Nothing there.")
    grave = replace(plan(holder=None), alarm="gas", callback=False, rules=rules)
    lookup = replace(LOOKUP, plan=replace(plan(), urgency=Urgency.COMPLEX, rules=rules))
    story = Story(grave)
    story.do("send_check", NINE)
    report = Report(part="check-1", text="I looked.", found=False, evidence=(PHOTO,))
    story.do(report, TEN, by=for_another(OFFICER, DISPATCHER))
    before = story.case.plan.urgency
    if rules == RULES:
        code, _ = story.refused(calm, TEN, by=DISPATCHER, lookup=lookup)
        assert code is Refusal.WRONG_ROLE
        story.do(calm, TEN, by=replace(DISPATCHER, id="jin"), lookup=lookup)
    else:
        story.do(calm, TEN, by=DISPATCHER, lookup=lookup)

    assert before is not Urgency.COMPLEX
    assert story.case.plan.urgency is Urgency.COMPLEX


def test_who_came_is_not_the_word_of_the_one_who_enters_it_and_the_own_stand_in() -> None:
    story = Story()
    story.do("sign", NINE)
    action = PlanAction(units=("squad", "water"), people=2, at=NOON, goal="Sweep.")
    story.do(action, TEN)
    story.do("progress", TEN, by=for_another(HEAD, OFFICER, "zhao"))
    of_us = (Attendance("squad", "zhao"),)
    result = ReportAction(
        part="joint_action-1", text="Swept.", people=2, evidence=(PHOTO,), came=of_us
    )
    code, _ = story.refused(result, at("2026-07-01 15:00"))

    assert code is Refusal.SAME_PERSON


def test_two_officers_of_a_penalty_are_not_one_and_the_own_stand_in() -> None:
    story = Story()
    story.do("sign", NINE)
    story.do("file_penalty", TEN, by=HEAD)
    for step in (PenaltyStep.INVESTIGATED, PenaltyStep.NOTIFIED, PenaltyStep.HEARD):
        story.do(advanced(step), TEN, by=HEAD)
    decided = advanced(PenaltyStep.DECIDED, 50_000)
    code, words = story.refused(decided, NOON, by=replace(OFFICER, set_by=HEAD.id))
    story.do(decided, NOON)

    assert code is Refusal.SAME_PERSON
    assert "who set the absence, here zhao" in words


@BOTH_RULES
def test_the_own_unit_of_a_stand_in_does_not_answer_what_he_asked_for(rules: int) -> None:
    story = Story(replace(plan(), rules=rules))
    seat = replace(OFFICER, id="gu", for_person="li", own_unit="platform")
    story.do("return", NINE, by=seat)
    answer = Answer(part="return-1", granted=True, reason="So be it.")
    if rules == RULES:
        code, words = story.refused(answer, TEN, by=DISPATCHER)
        assert code is Refusal.SAME_PERSON
        assert "a person of platform asked for return-1 in the place of squad" in words
        story.do(answer, TEN, by=ACTORS[Role.SUPERVISOR])
    else:
        story.do(answer, TEN, by=DISPATCHER)

    assert story.case.stage is Stage.TRIAGED


@BOTH_RULES
def test_nor_checks_the_task_that_he_reported(rules: int) -> None:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    story.do("give_task", NINE)
    seat = Actor("gu", Role.HANDLER, "water", for_person="chen", own_unit="platform")
    story.do("report", TEN, by=seat)
    checked = story.tried("check", NOON, by=DISPATCHER, lookup=LOOKUP)

    assert (checked[-1].kind == "command_refused") is (rules == RULES)
