"""The first triage of one person gives no citizen a later date than the rules of the town do."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.planning.planner import plan
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.vocabulary import Channel, Role, Urgency
from tests.builders import ACTORS
from tests.unit.rows.story import Story
from tests.unit.triages import NINE, TOWN, complaint, looked_up

DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
LATER = Urgency.COMPLEX


def filed(category: str | None, rules: int = 3) -> Story:
    """What waits for a person of the platform: a patrol sent no picture, or no category."""
    came = plan(TOWN, complaint(category=category, channel=Channel.PATROL))
    return Story(replace(came, holder=None, open_lead=None, rules=rules), NINE)


def triaged(story: Story, act: Triage, by: Actor = DISPATCHER) -> Story:
    story.do(act, NINE, by=by, lookup=looked_up(story, act))
    return story


@pytest.mark.parametrize(
    ("came_as", "named"),
    [
        ("sewage-discharge", "sewage-discharge"),
        ("sewage-discharge", "river-litter"),
        ("fire-hazard", "fire-hazard"),
        (None, "property-dispute"),
    ],
)
def test_one_person_makes_it_no_less_urgent_than_the_rules_do(
    came_as: str | None, named: str
) -> None:
    story = filed(came_as)
    act = Triage(category=named, urgency=LATER, reason="Not pressing.")
    code, words = story.refused(act, NINE, lookup=looked_up(story, act))

    assert code is Refusal.WRONG_ROLE
    assert f"by the rules {named} is" in words


def test_the_office_does_with_a_reason() -> None:
    story = filed("fire-hazard")
    promised = story.due(CITIZEN)
    assert promised is not None
    triaged(story, Triage(category="fire-hazard", urgency=LATER, reason="Weeds."), SUPERVISOR)

    assert story.case.plan.urgency is LATER
    assert (story.due(CITIZEN) or NINE) > promised


def test_another_name_leaves_the_promise_where_it_was() -> None:
    story = filed("fire-hazard")
    promised, own = story.due(CITIZEN), story.case.plan.spec(story.case.tier, HOLDER)
    assert own is not None
    triaged(story, Triage(category="property-dispute", reason="It is of the house."))

    assert story.due(CITIZEN) == promised
    assert story.clock(HOLDER).budget == own.budget


def test_another_name_that_promises_sooner_does_so() -> None:
    story = filed("property-dispute")
    promised = story.due(CITIZEN)
    assert promised is not None
    triaged(story, Triage(category="fire-hazard"))

    assert (story.due(CITIZEN) or promised) < promised


def test_what_came_without_a_category_has_the_promise_of_its_own() -> None:
    story = triaged(filed(None), Triage(category="legacy-land-dispute"))
    level = story.case.plan.spec(story.case.tier, CITIZEN)
    assert level is not None

    assert story.clock(CITIZEN).budget == level.budget


def test_a_case_of_rules_2_is_sorted_as_before() -> None:
    story = filed("fire-hazard", rules=2)
    promised = story.due(CITIZEN)
    assert promised is not None
    triaged(story, Triage(category="fire-hazard", urgency=LATER, reason="Weeds."))

    assert (story.due(CITIZEN) or NINE) > promised
