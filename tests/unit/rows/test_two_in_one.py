"""No person makes up by an absence, or by the own post, for a second one whom the rules ask for."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.refusals import Refusal
from domain.case.registration.acts import ChooseStandard
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Role
from tests.builders import ACTORS
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.standards import RECEIVED, chosen, planned

ELEVEN = at("2026-07-01 11:00")


# --- The own case gets no time.


def _held(rules: int) -> Story:
    story = Story(replace(planned("missing"), rules=rules), RECEIVED)
    story.do("sign", RECEIVED, by=replace(ACTORS[Role.HANDLER], unit="urban-mgmt"))
    return story


@pytest.mark.parametrize(
    "by",
    [
        replace(ACTORS[Role.DISPATCHER], unit="urban-mgmt"),
        replace(ACTORS[Role.SUPERVISOR], unit="urban-mgmt"),
        replace(ACTORS[Role.DISPATCHER], id="jin", for_person="wang", own_unit="urban-mgmt"),
    ],
    ids=["of the platform", "of the office", "a deputy"],
)
def test_a_person_of_the_unit_that_has_the_case_gives_it_no_time(by: Actor) -> None:
    story, before = (_held(rules) for rules in (3, 2))
    act = ChooseStandard(standard="noisy", reason="It only rattles.")
    code, words = story.refused(act, ELEVEN, by=by, lookup=chosen(story, act))
    before.do(act, ELEVEN, by=by, lookup=chosen(before, act))

    assert code is Refusal.SAME_PERSON
    assert words.startswith("urban-mgmt handles it; a person of it chooses no standard")
    assert before.due(HOLDER) == at("2026-07-03 10:00")
