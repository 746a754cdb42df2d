"""A check on the spot that is still out is waited for."""

from dataclasses import replace

import pytest

from domain.case.joint_work.acts import SendCheck
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.planning.plans import RULES
from domain.vocabulary import Stage, Urgency
from tests.builders import LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE = at("2026-07-01 09:00")
LOOK = SendCheck(unit="squad", what="Is it there?")
STALLS = Triage(category="street-stalls")


def out(rules: int = RULES) -> Story:
    story = Story(replace(plan(holder=None), rules=rules))
    story.do(LOOK, NINE)
    return story


def test_a_unit_is_sent_to_look_once_at_a_time() -> None:
    story = out()
    code, words = story.refused(LOOK, NINE)
    story.do(replace(LOOK, unit="water"), NINE)

    assert code is Refusal.ALREADY_ASKED
    assert words.startswith("squad is sent to look already: check-1")


def test_who_triages_before_the_check_is_back_says_why() -> None:
    story = out()
    code, words = story.refused(STALLS, NINE)
    story.do(replace(STALLS, reason="The photo shows it."), NINE)

    assert code is Refusal.REASON_NEEDED
    assert words.startswith("check-1 still out")
    assert story.case.stage is Stage.DISPATCHED


@pytest.mark.parametrize(("rules", "urgency"), [(2, None), (RULES, Urgency.CRITICAL)])
def test_under_earlier_rules_and_as_more_urgent_it_is_triaged_at_once(
    rules: int, urgency: Urgency | None
) -> None:
    story = out(rules)
    new = replace(plan(), rules=rules)
    lookup = replace(LOOKUP, plan=replace(new, urgency=urgency or new.urgency))
    story.do(replace(STALLS, urgency=urgency), NINE, lookup=lookup)

    assert story.case.stage is Stage.DISPATCHED
