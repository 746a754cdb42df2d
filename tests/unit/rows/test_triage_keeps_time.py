"""To triage again gives no time and erases no lateness; only the leading group's office does."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.commands import Actor
from domain.case.escalation.facts import DeadlineMoved
from domain.case.events import Fact
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.registration.facts import Triaged
from domain.case.requests.acts import Answer
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.sla.clocks import Measure
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at, levels
from tests.unit.rows.story import OFFICE_LEADER, Story, only
from tests.unit.rows.test_kept_lateness import QUIET
from tests.unit.test_repinning import with_budget

DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
AGAIN = Triage(category="street-stalls", reason="It is a larger matter.")
NINE, NOW, LATE = (at(f"2026-07-08 {hour}:00") for hour in ("09", "10", "11"))


def returned(when: datetime = NINE, **changes: object) -> Story:
    """Given back unsigned; at nine on the eighth both deadlines are missed."""
    pinned = replace(plan(ladders=QUIET), **changes)  # type: ignore[arg-type]
    story = Story(with_budget(pinned, CITIZEN, 40))
    story.wait(when)
    unit = story.case.holder
    story.do("return", when, by=Actor("li", Role.HANDLER, unit))
    given = Answer(part="return-1", granted=True, reason="So it is.")
    story.do(given, when, by=OFFICE_LEADER if unit == "squad" else ACTORS[Role.LEADER])
    return story


def longer(story: Story) -> CasePlan:
    return with_budget(with_budget(story.case.plan, HOLDER, 80), CITIZEN, 80)


def triage(
    story: Story, new: CasePlan, by: Actor = DISPATCHER, reason: str | None = AGAIN.reason
) -> list[Fact]:
    lookup = replace(LOOKUP, plan=new)
    return story.do(replace(AGAIN, reason=reason), NOW, by=by, lookup=lookup)


@pytest.mark.parametrize(("by", "reason"), [(DISPATCHER, "Larger."), (SUPERVISOR, None)])
def test_to_triage_again_moves_no_deadline_later_and_overtakes_no_miss(
    by: Actor, reason: str | None
) -> None:
    story = returned()
    facts = triage(story, longer(story), by, reason)

    assert only(facts, Triaged)[0].keeps is True
    assert only(facts, DeadlineMoved) == []
    assert story.due(CITIZEN) == at("2026-07-07 18:00")
    assert story.due(HOLDER) == at("2026-07-07 18:00")
    assert {miss.clock for miss in story.case.misses} == {CITIZEN, HOLDER}


def test_a_tier_that_is_raised_by_a_triage_gives_the_holder_no_time_either() -> None:
    story = returned()
    triage(story, replace(story.case.plan, tier=Tier.SUPERVISE))

    assert story.case.tier is Tier.SUPERVISE
    assert story.due(HOLDER) == at("2026-07-07 18:00")


def test_a_shorter_time_holds_at_once_and_keeps_the_pauses() -> None:
    story = returned(at("2026-07-01 10:00"))
    triage(story, with_budget(story.case.plan, HOLDER, 16))

    # Two of sixteen hours were used before the return.
    assert story.due(HOLDER) == at("2026-07-09 18:00")


def test_another_measure_is_compared_by_the_moment_at_which_the_time_would_end() -> None:
    story = returned()
    before = story.clock(CITIZEN)
    triage(story, replace(story.case.plan, levels=levels(Measure.CONTINUOUS)))

    # 64 continuous hours end before 40 working hours.
    assert story.clock(CITIZEN).measure is Measure.CONTINUOUS
    assert story.clock(CITIZEN).started_at == before.started_at


def elsewhere(story: Story, **changes: object) -> CasePlan:
    """The plan of another matter, which has more time."""
    return replace(longer(story), category="broken-pipe", **changes)  # type: ignore[arg-type]


def test_the_leading_groups_office_gives_time_with_a_reason_and_the_miss_stays() -> None:
    story = returned()
    facts = triage(story, longer(story), SUPERVISOR)

    assert only(facts, Triaged)[0].keeps is None
    assert story.due(CITIZEN) == at("2026-07-14 18:00")
    assert {CITIZEN, HOLDER} == {miss.clock for miss in story.case.misses}


def test_another_category_for_the_same_unit_overtakes_no_miss() -> None:
    story = returned()
    triage(story, elsewhere(story), SUPERVISOR)

    assert {CITIZEN, HOLDER} == {miss.clock for miss in story.case.misses}


def test_another_category_of_another_unit_overtakes_the_promise_that_was_too_short() -> None:
    story = returned()
    triage(story, elsewhere(story, holder="water"), SUPERVISOR)

    assert story.case.holder == "water"
    assert [HOLDER] == [miss.clock for miss in story.case.misses]


def test_a_triage_of_rules_2_overtakes_as_before() -> None:
    story = returned(rules=2)
    triage(story, longer(story), SUPERVISOR)

    assert CITIZEN not in {miss.clock for miss in story.case.misses}


@pytest.mark.parametrize("rules", [2, 3])
def test_no_triage_lowers_the_tier_of_a_late_case(rules: int) -> None:
    story = returned(tier=Tier.SUPERVISE, rules=rules)
    story.wait(LATE)
    assert CITIZEN in {miss.clock for miss in story.case.misses}
    lower = replace(LOOKUP, plan=replace(story.case.plan, tier=Tier.ASSIGN))
    act = replace(AGAIN, tier=Tier.ASSIGN)
    if rules == 2:
        story.do(act, LATE, by=SUPERVISOR, lookup=lower)
        assert story.case.tier is Tier.ASSIGN
        return
    code, words = story.refused(act, LATE, by=SUPERVISOR, lookup=lower)

    assert code is Refusal.TIER_LOWERED
    assert "let its unit ask_tier to=assign" in words


def test_a_case_that_is_in_time_is_lowered_by_a_triage_of_the_office() -> None:
    story = returned(at("2026-07-01 10:00"), tier=Tier.SUPERVISE)
    lower = replace(LOOKUP, plan=replace(story.case.plan, tier=Tier.ASSIGN))
    act = replace(AGAIN, tier=Tier.ASSIGN)
    story.do(act, at("2026-07-01 11:00"), by=SUPERVISOR, lookup=lower)

    assert story.case.tier is Tier.ASSIGN


def test_the_office_that_had_the_case_gives_itself_no_time() -> None:
    story = returned(holder="office")
    triage(story, longer(story), SUPERVISOR)

    assert story.due(CITIZEN) == at("2026-07-07 18:00")


def test_the_first_triage_sets_the_clocks_and_leaves_what_was_missed_before_it() -> None:
    story = Story(with_budget(plan(holder=None), CITIZEN, 40))
    story.wait(NOW)
    facts = triage(story, replace(longer(story), category="street-stalls", holder="squad"))

    assert only(facts, Triaged)[0].keeps is None
    assert story.due(CITIZEN) == at("2026-07-14 18:00")
    assert [miss.clock for miss in story.case.misses] == [CITIZEN]


def test_a_case_of_the_first_rules_is_triaged_again_as_before() -> None:
    story = returned(rules=None)
    triage(story, replace(longer(story), rules=None))

    assert story.due(CITIZEN) == at("2026-07-14 18:00")
