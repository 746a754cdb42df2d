"""The short ways of an office that wants good figures, each refused with what to do instead."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.commands import Actor
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Report
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskReopening
from domain.case.supervision.acts import Appoint
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, PHOTO, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
TEN = at("2026-07-01 10:00")
EXPLAINED = Close(callback=Callback.EXPLAINED, note="The law forbids more.")


def resolved(tier: Tier, *, word: Callback | None = None) -> Story:
    """The citizen says this word of the result before it is verified."""
    story = Story(plan(tier=tier))
    story.do("sign", TEN)
    story.do("resolve", TEN)
    if word is not None:
        story.do(Rate(callback=word), TEN, by=ACTORS[Role.REPORTER])
    return story


def verified(tier: Tier, *, word: Callback | None = None) -> Story:
    """The work is done; in supervise the supervisor has signed for it second."""
    story = resolved(tier, word=word)
    if tier is Tier.SUPERVISE:
        story.do("verify", TEN)
    story.do("verify", TEN, by=SUPERVISOR)
    return story


def test_who_verified_does_not_rule_that_the_citizen_has_no_cause() -> None:
    story = verified(Tier.ASSIGN, word=Callback.UNSATISFIED)
    code, _ = story.refused(EXPLAINED, TEN, by=SUPERVISOR)
    story.do(EXPLAINED, TEN, by=OFFICE_LEADER)

    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.CLOSED


def test_in_supervise_only_who_answers_a_dissatisfaction_rules_at_the_call() -> None:
    story = verified(Tier.SUPERVISE, word=Callback.UNSATISFIED)
    code, words = story.refused(EXPLAINED, TEN, by=OFFICE_LEADER)
    story.do(EXPLAINED, TEN, by=LEADER)

    assert code is Refusal.WRONG_ROLE
    assert "a leader rules" in words
    assert story.case.stage is Stage.CLOSED


@pytest.mark.parametrize("word", [None, Callback.SATISFIED])
@pytest.mark.parametrize("tier", Tier)
def test_no_one_rules_on_a_dissatisfaction_that_no_citizen_voiced(
    tier: Tier, word: Callback | None
) -> None:
    story = verified(tier, word=word)
    code, words = story.refused(EXPLAINED, TEN, by=replace(LEADER, id="shao"))

    assert code is (Refusal.WRONG_STEP if word is None else Refusal.ALREADY_SAID)
    assert "not_reached" in words or word is not None
    assert story.case.stage is Stage.VERIFIED


def test_a_rating_rules_no_more_than_a_call_does() -> None:
    story = verified(Tier.ASSIGN)
    ruling = Rate(callback=Callback.EXPLAINED, note="The law forbids more.")
    code, _ = story.refused(ruling, TEN, by=OFFICE_LEADER)

    assert code in {Refusal.WRONG_STEP, Refusal.WRONG_ROLE}


def test_a_ruling_that_the_citizen_has_no_cause_needs_a_reason() -> None:
    story = verified(Tier.ASSIGN, word=Callback.UNSATISFIED)
    code, _ = story.refused(Close(callback=Callback.EXPLAINED), TEN, by=OFFICE_LEADER)

    assert code is Refusal.REASON_NEEDED


def handled_again(by: Actor) -> Story:
    """The citizen said at the call that he is not satisfied; the work was done once more."""
    story = verified(Tier.ASSIGN)
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), TEN, by=by)
    story.do("sign", TEN)
    again = Resolve(result="Gone now.", evidence=(replace(PHOTO, sha256="7" * 64),))
    story.do(again, TEN, by=ACTORS[Role.UNIT_HEAD])
    story.do(Verify(passed=True, note="It is gone."), TEN)
    return story


def test_who_recorded_that_the_citizen_is_not_satisfied_does_not_rule_on_it() -> None:
    story = handled_again(OFFICE_LEADER)
    code, words = story.refused(EXPLAINED, TEN, by=OFFICE_LEADER)
    story.do(EXPLAINED, TEN, by=replace(SUPERVISOR, id="shao"))

    assert code is Refusal.SAME_PERSON
    assert "another rules" in words
    assert story.case.stage is Stage.CLOSED


def test_a_ruling_takes_the_place_of_no_call() -> None:
    story = handled_again(ACTORS[Role.HOTLINE])
    story.do(Close(callback=Callback.NOT_REACHED), TEN, by=ACTORS[Role.HOTLINE])
    code, words = story.refused(EXPLAINED, TEN, by=OFFICE_LEADER)

    assert code is Refusal.WRONG_STEP
    assert "was not reached" in words


def test_a_case_of_rules_2_is_ruled_on_as_it_was() -> None:
    story = Story(replace(plan(), rules=2))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, TEN)
    story.do(Close(callback=Callback.EXPLAINED), TEN, by=OFFICE_LEADER)

    assert story.case.stage is Stage.CLOSED


def test_who_signed_that_it_is_done_does_not_refuse_to_reopen_it() -> None:
    story = verified(Tier.ASSIGN)
    story.do("close", TEN)
    story.do(AskReopening(reason="They are back."), TEN, by=ACTORS[Role.REPORTER])
    no = Answer(part="reopening-1", granted=False, reason="It is done.")
    code, _ = story.refused(no, TEN, by=SUPERVISOR)
    story.do(no, TEN, by=OFFICE_LEADER)

    assert code is Refusal.SAME_PERSON


def test_what_a_missed_deadline_led_to_is_answered_or_waived_by_a_leader() -> None:
    story, when = Story(), at("2026-07-09 10:00")
    story.do("sign", TEN)
    story.wait(when)
    [letter] = story.case.open_parts(PartKind.LETTER)
    away = Waive(part=letter.id, reason="Not needed.")
    code, words = story.refused(away, when, by=SUPERVISOR)
    story.do(away, when, by=LEADER)

    assert letter.of is not None
    assert code is Refusal.WRONG_ROLE
    assert "a leader waives it" in words


def test_what_a_leader_ordered_no_supervisor_waives() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", TEN)
    story.do("give_task", TEN, by=LEADER)
    away = Waive(part="task-1", reason="Not needed.")
    code, _ = story.refused(away, TEN, by=SUPERVISOR)
    story.do(away, TEN, by=replace(LEADER, id="shao"))

    assert code is Refusal.WRONG_ROLE


def with_letter(rules: int | None = RULES) -> Story:
    """The office has a supervised case, and the head of the leading group asks it for an answer."""
    story = Story(replace(plan(tier=Tier.SUPERVISE, holder="office"), rules=rules))
    story.do("issue_letter", TEN, by=ACTORS[Role.LEADER])
    return story


def test_the_office_does_not_hand_on_its_own_case_with_a_letter_unanswered() -> None:
    story = with_letter()
    appointed = Appoint(lead="water", instruction="Yours.")
    code, words = story.refused(appointed, TEN, by=ACTORS[Role.SUPERVISOR])

    assert Refusal.PARTS_OPEN is code
    assert "letter-1 asks office for an answer" in words
    assert "report on it first, or a leader of another unit hands the case on" in words
    story.do(Report(part="letter-1", text="So it is."), TEN, by=Actor("gu", Role.HANDLER, "office"))
    story.do(appointed, TEN, by=ACTORS[Role.SUPERVISOR])
    assert "water" == story.case.holder


def test_a_leader_of_another_unit_takes_the_case_from_the_office_with_its_letter() -> None:
    story = with_letter()
    story.do(Appoint(lead="water", instruction="Yours."), TEN, by=ACTORS[Role.LEADER])

    assert PartState.LAPSED is story.part("letter-1").state


def test_the_office_sends_itself_no_letter_that_is_in_the_way_of_the_ladders() -> None:
    story = Story(plan(tier=Tier.SUPERVISE, holder="office"))
    code, words = story.refused("issue_letter", TEN, by=ACTORS[Role.SUPERVISOR])

    assert Refusal.SAME_PERSON is code
    assert "another leader does" in words
    assert () == story.case.parts


def test_under_earlier_rules_the_office_hands_its_letter_on() -> None:
    story = with_letter(rules=2)
    story.do(Appoint(lead="water", instruction="Yours."), TEN, by=ACTORS[Role.SUPERVISOR])

    assert "water" == story.case.holder


def waived(rules: int | None = RULES) -> Story:
    """The squad reports a supervised case as done; its only task was waived."""
    story = Story(replace(plan(tier=Tier.SUPERVISE), rules=rules))
    story.do("sign", TEN)
    story.do("give_task", TEN)
    story.do(Waive(part="task-1", reason="Not needed."), TEN, by=LEADER)
    story.do("resolve", TEN)
    return story


DEPUTY = Actor("wu", Role.VERIFIER, "platform", for_person="qian", own_unit="office")
"""A leader who stands in for the verifier, who is absent."""


@pytest.mark.parametrize("by", [LEADER, SUPERVISOR, DEPUTY])
def test_the_leading_group_does_not_sign_first_what_no_other_person_has_looked_at(
    by: Actor,
) -> None:
    story = waived()
    code, words = story.refused("verify", TEN, by=by)

    assert Refusal.WRONG_STEP is code
    assert "a verifier or dispatcher of the platform looks and signs with verify" in words
    story.do("verify", TEN, by=ACTORS[Role.VERIFIER])
    story.do("verify", TEN, by=LEADER)
    assert Stage.VERIFIED is story.case.stage


def test_the_leading_group_signs_twice_where_a_task_has_a_checked_result() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", TEN)
    story.do(GiveTask(unit="water", what="Clear it."), TEN)
    story.do(Report(part="task-1", text="Cleared."), TEN, by=WATER_HANDLER)
    story.do(Check(part="task-1", passed=True, note="It is."), TEN)
    story.do("resolve", TEN)
    for by in (SUPERVISOR, LEADER):
        story.do("verify", TEN, by=by)

    assert Stage.VERIFIED is story.case.stage


def test_under_earlier_rules_the_leading_group_signs_twice() -> None:
    story = waived(rules=2)
    for by in (SUPERVISOR, LEADER):
        story.do("verify", TEN, by=by)

    assert Stage.VERIFIED is story.case.stage
