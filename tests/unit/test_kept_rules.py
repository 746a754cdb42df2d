"""A running case keeps the revision of the rules that it began with, until a repin (adr 27)."""

from dataclasses import replace

import pytest

from domain.planning.planner import (
    plan,
    plan_after_triage,
    plan_under_new_policy,
    plan_under_standard,
)
from domain.planning.plans import RULES
from tests.unit.triages import TOWN, complaint

REVISIONS = pytest.mark.parametrize("rules", [None, 2, RULES])


@REVISIONS
def test_a_triage_keeps_the_rules_of_a_running_case(rules: int | None) -> None:
    old = replace(plan(TOWN, complaint(category=None)), rules=rules)
    new = plan_after_triage(TOWN, old, "road-damage")

    assert new is not None
    assert new.rules == rules


@REVISIONS
def test_another_standard_keeps_the_rules_of_a_running_case(rules: int | None) -> None:
    old = replace(plan(TOWN, complaint(category="construction-in-progress")), rules=rules)

    assert plan_under_standard(TOWN, old, old.tier, "under-way").rules == rules


@REVISIONS
def test_a_repin_brings_the_rules_of_today(rules: int | None) -> None:
    old = replace(plan(TOWN, complaint()), rules=rules)

    assert plan_under_new_policy(TOWN, old, old.tier).rules == RULES
