"""Who handles a case for another unit stays one of the own: that one does not verify it."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Verify
from domain.case.look_backs.acts import LookBack
from domain.case.refusals import Refusal
from domain.planning.plans import RULES
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story

TEN = at("2026-07-01 10:00")
FOR_LI = replace(ACTORS[Role.HANDLER], id="jin", for_person="li", own_unit="platform")
"""Of the platform, in the place of a handler of the squad."""


def resolved(rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", TEN, by=FOR_LI)
    story.do("resolve", TEN, by=FOR_LI)
    return story


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.DISPATCHER])
def test_the_unit_of_a_stand_in_does_not_verify_what_it_reported(role: Role) -> None:
    code, words = resolved().refused("verify", TEN, by=ACTORS[role])

    assert code is Refusal.SAME_PERSON
    assert words.startswith(
        "a person of platform reported the result for squad; a person of another"
    )


def test_a_person_of_a_third_unit_verifies_it() -> None:
    story = resolved()
    story.do("verify", TEN, by=ACTORS[Role.SUPERVISOR])

    assert story.case.stage is Stage.VERIFIED


def test_a_running_case_is_verified_as_before() -> None:
    story = resolved(rules=2)
    story.do("verify", TEN, by=ACTORS[Role.VERIFIER])

    assert story.case.stage is Stage.VERIFIED


def test_the_next_result_is_the_units_own_again() -> None:
    story = resolved()
    story.do(Verify(passed=False, note="Still there."), TEN, by=ACTORS[Role.SUPERVISOR])
    story.do("resolve", TEN, by=ACTORS[Role.HANDLER])
    story.do("verify", TEN, by=ACTORS[Role.VERIFIER])

    assert story.case.resolved_from is None
    assert story.case.stage is Stage.VERIFIED


def test_nor_does_the_unit_of_a_stand_in_look_back_at_it() -> None:
    story = resolved()
    story.do("verify", TEN, by=ACTORS[Role.SUPERVISOR])
    story.do("close", TEN, by=ACTORS[Role.HOTLINE])
    seen = LookBack(held=True, note="Still clear.", evidence=(PHOTO,))
    code, words = story.refused(seen, TEN, by=ACTORS[Role.VERIFIER])

    assert code is Refusal.SAME_PERSON
    assert "squad, platform handled it" in words
