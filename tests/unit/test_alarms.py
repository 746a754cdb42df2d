"""A word of hurry, and what is critical, keep one person from ending the case alone."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.commands import Actor
from domain.case.refusals import Refusal
from domain.case.registration.acts import Settle, Triage
from domain.complaints import Arrival
from domain.planning.planner import plan as planned
from domain.planning.planner import plan_after_triage, plan_under_new_policy
from domain.planning.plans import RULES
from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage, Urgency
from tests.builders import ACTORS
from tests.unit.rows.story import Story
from tests.unit.triages import NINE, complaint, every_pack, looked_up

LEAK = "楼下燃气管子漏气"
WITHDRAW = Withdraw(reason="The citizen called.")
HOTLINE, DISPATCHER = ACTORS[Role.HOTLINE], ACTORS[Role.DISPATCHER]
each_seat = pytest.mark.parametrize("by", [HOTLINE, DISPATCHER], ids=lambda actor: actor.role)


def came(policy: Policy, text: str = LEAK, rules: int = RULES, **changes: Any) -> Story:
    """Of an unnamed citizen: for one who can be called, a second person agrees in any case."""
    about = replace(complaint(policy, **changes), text=text, reply_wanted=False)
    return Story(replace(planned(policy, about), rules=rules), NINE)


def of_class(policy: Policy, *, question: bool = False, critical: bool = False) -> str:
    """Return a category of the pack that is (no) question, and (not) critical."""
    found = (
        each.id
        for each in policy.categories
        if each.consult is question and (each.urgency is Urgency.CRITICAL) is critical
    )
    return next(found)


def is_withdrawn_alone(story: Story, by: Actor) -> bool:
    story.do(WITHDRAW, NINE, by=by)
    return not story.case.open_parts(PartKind.WITHDRAWAL)


@every_pack
@each_seat
def test_no_seat_withdraws_alone_what_it_triaged_first(policy: Policy, by: Actor) -> None:
    story = came(policy, category=None)
    act = Triage(category=of_class(policy), urgency=Urgency.URGENT)
    story.do(act, NINE, by=DISPATCHER, lookup=looked_up(story, act, policy))

    assert story.case.plan.hurry is None
    assert not is_withdrawn_alone(story, by)


@every_pack
@each_seat
def test_no_seat_withdraws_alone_what_came_with_a_category(policy: Policy, by: Actor) -> None:
    assert not is_withdrawn_alone(came(policy, category=of_class(policy)), by)


@every_pack
@each_seat
def test_no_seat_withdraws_alone_what_is_critical(policy: Policy, by: Actor) -> None:
    critical = of_class(policy, critical=True)

    assert not is_withdrawn_alone(came(policy, "没有急词", category=critical), by)
    assert not is_withdrawn_alone(
        came(policy, "没有急词", category=of_class(policy), urgency=Urgency.CRITICAL), by
    )


@every_pack
def test_a_seat_and_no_dispatcher_withdraws_alone_what_is_neither(policy: Policy) -> None:
    assert is_withdrawn_alone(came(policy, "楼道灯坏了", category=of_class(policy)), HOTLINE)
    assert not is_withdrawn_alone(came(policy, "楼道灯坏了", category=of_class(policy)), DISPATCHER)


@every_pack
def test_nor_does_its_source_what_is(policy: Policy) -> None:
    assert not is_withdrawn_alone(came(policy, category=of_class(policy)), ACTORS[Role.REPORTER])


@every_pack
def test_the_citizen_withdraws_himself_what_is_neither(policy: Policy) -> None:
    story = came(policy, "楼道灯坏了", category=of_class(policy))

    assert is_withdrawn_alone(story, ACTORS[Role.REPORTER])
    assert Stage.WITHDRAWN is story.case.stage


@every_pack
def test_a_running_case_is_withdrawn_as_before(policy: Policy) -> None:
    assert is_withdrawn_alone(came(policy, rules=2, category=of_class(policy)), HOTLINE)


@every_pack
def test_a_question_with_a_word_of_hurry_is_not_settled_at_the_desk(policy: Policy) -> None:
    asked = replace(complaint(policy, category=of_class(policy, question=True)), text=LEAK)
    leak = replace(planned(policy, asked), holder=None)
    code, words = Story(leak, NINE).refused(Settle(result="已解释"), NINE, by=DISPATCHER)
    Story(replace(leak, alarm=None), NINE).do(Settle(result="已解释"), NINE, by=DISPATCHER)

    assert Refusal.NOT_AT_THE_DESK is code
    assert "漏气" in words


@every_pack
def test_a_source_settles_no_question_with_a_word_of_hurry_itself(policy: Policy) -> None:
    question, done = of_class(policy, question=True), Arrival(result="已解释")

    assert Stage.CLOSED is came(policy, "缴费", category=question, standing=done).case.stage
    assert Stage.CLOSED is not came(policy, category=question, standing=done).case.stage


@every_pack
def test_the_word_is_kept_under_another_category_and_another_policy(policy: Policy) -> None:
    found = planned(policy, replace(complaint(policy, category=None), text=LEAK))
    sealed = replace(found, complaint=replace(found.complaint, text="sealed.v1"))
    sorted_ = plan_after_triage(policy, sealed, of_class(policy))

    assert found.alarm is not None
    assert sorted_ is not None
    assert found.alarm == sorted_.alarm
    assert found.alarm == plan_under_new_policy(policy, sorted_, sorted_.tier).alarm
