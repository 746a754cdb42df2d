"""After a return, a triage or a raise gives the next unit its time, and no longer limit."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.dispatch.acts import Dispatch
from domain.case.registration.acts import Triage
from domain.case.registration.facts import Triaged
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import RaiseTier
from domain.planning.planner import plan
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN, FIRST, HOLDER, SIGN
from domain.vocabulary import Role, Tier, Urgency
from runtime.cli.views.changes import changed
from tests.builders import ACTORS, LOOKUP
from tests.unit.rows.story import Story, only
from tests.unit.triages import NINE, TOWN, complaint, crew, looked_up

DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
ELSEWHERE = Triage(category="property-dispute", reason="It is of the house.")
OF_UNIT = (SIGN, FIRST, HOLDER)


def given_back(rules: int = 3, tier: Tier | None = None) -> Story:
    """An urgent matter of which its unit says that it is not theirs; no unit has it now."""
    pinned = replace(plan(TOWN, complaint(category="fire-hazard")), rules=rules)
    story = Story(pinned if tier is None else replace(pinned, tier=tier), NINE)
    story.do("return", NINE, by=crew(story))
    story.do(Answer(part="return-1", granted=True, reason="Not theirs."), NINE, by=SUPERVISOR)
    return story


def limits(story: Story) -> dict[str, object]:
    clocks = (story.clock(each) for each in OF_UNIT)
    return {clock.id: (clock.budget, clock.measure) for clock in clocks}


def sorted_again(story: Story, by: Actor = DISPATCHER) -> Triaged:
    lookup = looked_up(story, ELSEWHERE)
    [fact] = only(story.do(ELSEWHERE, NINE, by=by, lookup=lookup), Triaged)
    return fact


def handed_on(story: Story) -> Story:
    if story.case.holder is None:
        act = Dispatch(unit=story.case.plan.lead or "", reason="Theirs.")
        story.do(act, NINE, by=SUPERVISOR, lookup=replace(LOOKUP, units=(act.unit,)))
    return story


def test_the_next_unit_has_its_own_time_under_the_limit_that_held() -> None:
    story = given_back()
    before, promised = limits(story), story.due(CITIZEN)
    fact = sorted_again(story)
    handed_on(story)

    assert story.case.plan.urgency is Urgency.NORMAL
    assert limits(story) == before
    assert story.clock(HOLDER).started_at == NINE
    assert story.due(CITIZEN) == promised
    assert "no unit gets a longer limit" in (changed(fact, None) or "")


def test_the_limit_holds_however_often_the_case_is_sorted() -> None:
    story = given_back()
    before = limits(story)
    waits = replace(LOOKUP, plan=_without_unit(story))
    story.do(ELSEWHERE, NINE, by=DISPATCHER, lookup=waits)
    sorted_again(story)
    handed_on(story)

    assert limits(story) == before


def _without_unit(story: Story) -> CasePlan:
    new = looked_up(story, ELSEWHERE).plan
    assert new is not None
    return replace(new, holder=None, open_lead=None)


def test_the_leading_groups_office_gives_more_with_a_reason() -> None:
    story = given_back()
    before = limits(story)
    fact = sorted_again(story, SUPERVISOR)
    handed_on(story)

    assert fact.held_to is None
    assert story.clock(HOLDER).budget > before[HOLDER][0]  # type: ignore[index]


def test_a_case_of_rules_2_goes_on_as_before() -> None:
    story = given_back(rules=2)
    before = limits(story)
    fact = sorted_again(story)
    handed_on(story)

    assert limits(story) != before
    assert "no deadline that runs is later" in (changed(fact, None) or "")


def before_a_unit_has_it(rules: int = 3) -> Story:
    """A matter that is sorted, and of which a person has to choose the lead."""
    planned = replace(plan(TOWN, complaint(category="road-opening")), rules=rules)
    assert planned.tier is Tier.ASSIGN
    story = Story(replace(planned, holder=None), NINE)
    act = Triage(category="road-opening")
    new = looked_up(story, act).plan
    assert new is not None
    waits = replace(LOOKUP, plan=replace(new, holder=None, rules=rules))
    story.do(act, NINE, by=DISPATCHER, lookup=waits)
    return story


@pytest.mark.parametrize(
    ("by", "rules", "longer"),
    [(DISPATCHER, 3, False), (SUPERVISOR, 3, True), (DISPATCHER, 2, True)],
)
def test_a_raise_before_a_unit_has_it_gives_that_unit_no_longer_limit(
    by: Actor, rules: int, longer: bool
) -> None:
    story = before_a_unit_has_it(rules)
    spec = story.case.plan.spec(Tier.ASSIGN, HOLDER)
    assert spec is not None
    story.do(RaiseTier(to=Tier.SUPERVISE, reason="Too hard."), NINE, by=by)

    assert story.case.tier is Tier.SUPERVISE
    assert (story.clock(HOLDER).budget > spec.budget) is longer


def test_a_raise_of_the_office_ends_the_limits_that_a_triage_has_kept() -> None:
    story = given_back()
    sorted_again(story)
    handed_on(story)
    act = RaiseTier(to=Tier.SUPERVISE, reason="Several bureaus.")
    story.do(act, NINE, by=ACTORS[Role.LEADER])

    assert story.case.strictest == ()
