"""The short ways of an office that wants good figures, each refused with what to do instead."""

from dataclasses import replace

from domain.case.closing.acts import Close
from domain.case.parts.acts import Waive
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskReopening
from domain.policy.part_rules import PartKind
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
TEN = at("2026-07-01 10:00")
EXPLAINED = Close(callback=Callback.EXPLAINED, note="The law forbids more.")


def verified(tier: Tier) -> Story:
    """The work is done; in supervise the supervisor has signed for it second."""
    story = Story(plan(tier=tier))
    story.do("sign", TEN)
    story.do("resolve", TEN)
    if tier is Tier.SUPERVISE:
        story.do("verify", TEN)
    story.do("verify", TEN, by=SUPERVISOR)
    return story


def test_who_verified_does_not_rule_that_the_citizen_has_no_cause() -> None:
    story = verified(Tier.ASSIGN)
    code, _ = story.refused(EXPLAINED, TEN, by=SUPERVISOR)
    story.do(EXPLAINED, TEN, by=OFFICE_LEADER)

    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.CLOSED


def test_in_supervise_only_who_answers_a_dissatisfaction_rules_at_the_call() -> None:
    story = verified(Tier.SUPERVISE)
    code, words = story.refused(EXPLAINED, TEN, by=OFFICE_LEADER)
    story.do(EXPLAINED, TEN, by=LEADER)

    assert code is Refusal.WRONG_ROLE
    assert "a leader rules" in words
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
