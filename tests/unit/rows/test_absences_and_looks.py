"""Who sets an absence does not look at what the stand-in does by it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.look_backs.acts import LookBack
from domain.case.refusals import Refusal
from domain.people.capacities import capacities
from domain.people.roster_changes import SetAbsence, overlaid
from domain.planning.plans import RULES
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.triages import TOWN

TEN = at("2026-07-01 10:00")
SETTER = ACTORS[Role.DISPATCHER]
STAND_IN = replace(ACTORS[Role.HANDLER], id="qin", for_person="li", set_by=SETTER.id)
"""Of the unit of the absent handler."""


def resolved(rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    for kind in ("sign", "resolve"):
        story.do(kind, TEN, by=STAND_IN)
    return story


def test_who_set_the_absence_does_not_verify_what_the_stand_in_reported() -> None:
    story = resolved()
    code, words = story.refused("verify", TEN, by=SETTER)
    story.do("verify", TEN, by=replace(SETTER, id="bo"))

    assert code is Refusal.SAME_PERSON
    assert f"who set the absence, here {SETTER.id}" in words
    assert story.case.stage is Stage.VERIFIED


def test_nor_looks_back_at_it() -> None:
    story = resolved()
    story.do("verify", TEN, by=ACTORS[Role.SUPERVISOR])
    story.do("close", TEN, by=ACTORS[Role.HOTLINE])
    seen = LookBack(held=True, note="Still clear.", evidence=(PHOTO,))

    assert story.refused(seen, TEN, by=SETTER)[0] is Refusal.SAME_PERSON


def test_a_running_case_of_earlier_rules_is_verified_as_before() -> None:
    story = resolved(rules=2)
    story.do("verify", TEN, by=SETTER)

    assert story.case.stage is Stage.VERIFIED


@pytest.mark.parametrize("set_by", ["zhu-lihua", None])
def test_a_stand_in_acts_with_the_name_of_who_set_the_absence(set_by: str | None) -> None:
    away = SetAbsence("lin-yan", TEN, TEN + timedelta(days=1), "wang-xinmin", set_by=set_by)
    roster = overlaid(TOWN.roster, [away])
    [found] = {each.set_by for each in capacities(roster, "wang-xinmin", TEN) if each.for_person}

    assert found == set_by
