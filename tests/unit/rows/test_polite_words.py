"""Polite words make no question of a complaint that names a matter of the town."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.refusals import Refusal
from domain.complaints import SuperiorOrder
from domain.planning.planner import plan as planned
from domain.planning.planner import plan_after_triage, plan_under_new_policy
from domain.policy.model import Policy
from domain.vocabulary import Role
from tests.builders import ACTORS
from tests.unit.rows.story import Story, kinds
from tests.unit.test_desk_answers import came, named_as_a_question
from tests.unit.triages import NINE, complaint, every_pack


def _polite(policy: Policy, **changes: Any) -> Story:
    """A complaint that asks, and names a matter of the town all the same."""
    word = next(row.words[0] for row in policy.categories if row.words and not row.consult)
    return came(f"咨询 请问 政策 我家{word}你们管不管", policy, **changes)


@every_pack
@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
def test_polite_words_close_no_complaint_that_has_a_word_of_another_matter(
    policy: Policy, role: Role
) -> None:
    story = _polite(policy)
    act, lookup = named_as_a_question(story, policy)
    likeliest = (story.case.plan.suggested or ())[0].category
    code, words = story.refused(act, NINE, by=ACTORS[role], lookup=lookup)

    assert likeliest == act.category
    assert code is Refusal.NOT_AT_THE_DESK
    assert f"its text has {story.case.plan.matter}" in words
    assert "answered, verified and called" in words


@every_pack
def test_the_word_of_a_matter_is_kept_by_a_triage_and_by_a_repin(policy: Policy) -> None:
    old = _polite(policy).case.plan
    [question] = [each.id for each in policy.categories if each.consult]
    named = plan_after_triage(policy, old, question)
    assert named is not None
    pinned = plan_under_new_policy(policy, named, named.tier)

    assert old.matter is not None
    assert named.matter == old.matter
    assert pinned.matter == old.matter


@every_pack
@pytest.mark.parametrize(
    ("rules", "order"), [(2, None), (3, SuperiorOrder("2026-13", "city"))], ids=["before", "order"]
)
def test_a_polite_complaint_of_before_and_of_a_superior_is_answered_as_it_was(
    policy: Policy, rules: int, order: SuperiorOrder | None
) -> None:
    story = Story(replace(_polite(policy, superior=order).case.plan, rules=rules), NINE)
    act, lookup = named_as_a_question(story, policy)
    facts = story.do(act, NINE, lookup=lookup)

    assert kinds(facts)[0] == "triaged"


@every_pack
def test_what_its_source_calls_a_question_may_name_a_matter(policy: Policy) -> None:
    [question] = [each.id for each in policy.categories if each.consult]
    about = replace(complaint(policy, category=question), text="咨询井盖、停水、物业")

    assert planned(policy, about).matter is None
