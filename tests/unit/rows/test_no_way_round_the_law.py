"""Row 37: what else ends a case whose class takes the steps of the law is no way round them."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.merging.acts import Merge
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.penalties.acts import PenaltyStep
from domain.case.refusals import Refusal
from domain.case.registration.acts import Refuse, Triage
from domain.case.requests.acts import Answer, DeclineFiling
from domain.case.steps_of_law import law_is_followed, never_direct
from domain.case.tiers.acts import AskTier
from domain.planning.planner import plan
from domain.vocabulary import NoFiling, Role, Stage, Tier
from tests.acts import OTHER_CASE, advanced
from tests.builders import ACTORS, LOOKUP
from tests.town import OPENED
from tests.unit.rows.story import Story, kinds
from tests.unit.rows.test_steps_of_law import (
    FILED,
    HEAD,
    LAND,
    OFFICERS,
    RESULT,
    advance,
    at_day,
    occupied,
)
from tests.unit.test_planning import TOWN, complaint

LAND_MATTER = plan(TOWN, complaint("land-occupation", reported_at=OPENED))
DECLINED = DeclineFiling(because=NoFiling.MINOR_AND_CORRECTED, note="已复耕")
AGREED = Answer(part="no_filing-1", granted=True, reason="首次，已复耕")
LEADER, SUPERVISOR = ACTORS[Role.LEADER], ACTORS[Role.SUPERVISOR]


def filed(**changes: Any) -> Story:
    story = occupied(**changes)
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    return story


def test_no_filing_is_not_declined_while_a_penalty_is_open() -> None:
    refusal, why = filed().refused(DECLINED, at_day(1), by=LAND)
    assert refusal is Refusal.WRONG_STEP
    assert why == (
        "penalty-1 was filed, so it is late to decline: penalty-1 ends by its steps "
        "(advance_penalty), or as dismissed if a leader agrees"
    )


def test_no_filing_is_not_declined_after_a_penalty_was_waived() -> None:
    story = filed()
    story.do(Waive(part="penalty-1", reason="编号有误"), at_day(1), by=LEADER)
    refusal, why = story.refused(DECLINED, at_day(2), by=LAND)
    assert refusal is Refusal.WRONG_STEP
    assert why.endswith("another is filed, or none is needed")
    assert story.refused(RESULT, at_day(2), by=LAND)[1].endswith("next: file_penalty")


def test_a_penalty_that_is_filed_ends_the_wish_to_file_none() -> None:
    story = occupied()
    story.do(DECLINED, at_day(0), by=LAND)
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    assert story.part("no_filing-1").state is PartState.LAPSED


def test_a_penalty_that_is_filed_after_all_takes_the_steps() -> None:
    story = occupied()
    story.do(DECLINED, at_day(0), by=LAND)
    story.do(AGREED, at_day(0), by=SUPERVISOR)
    story.do(FILED, at_day(1), by=LAND, lookup=OFFICERS)
    refusal, why = story.refused(RESULT, at_day(2), by=LAND)
    assert refusal is Refusal.WRONG_STEP
    assert why.endswith("next: advance_penalty part=penalty-1")


def test_where_none_is_filed_the_second_person_s_word_is_enough() -> None:
    story = occupied()
    story.do(DECLINED, at_day(0), by=LAND)
    story.do(AGREED, at_day(0), by=SUPERVISOR)
    assert "resolved" in kinds(story.do(RESULT, at_day(1), by=LAND))


def test_each_penalty_that_is_open_takes_the_steps() -> None:
    story = filed()
    advance(story, PenaltyStep.INVESTIGATED, 1)
    advance(story, PenaltyStep.DISMISSED, 2, HEAD, note="查无此人")
    advance(story, PenaltyStep.DISMISSED, 3, LEADER, note="同意")
    story.do(replace(FILED, number="2026-18"), at_day(4), by=LAND, lookup=OFFICERS)
    assert story.refused(RESULT, at_day(5), by=LAND)[1].endswith("advance_penalty part=penalty-2")


def test_a_case_of_earlier_rules_declines_as_before() -> None:
    story = filed(rules=2)
    story.do(DECLINED, at_day(1), by=LAND)
    story.do(AGREED, at_day(1), by=SUPERVISOR)
    assert "resolved" in kinds(story.do(RESULT, at_day(2), by=LAND))


def test_its_citizen_alone_does_not_end_what_the_law_wants() -> None:
    """A second person agrees, as to no filing; before a unit has signed, the citizen is enough."""
    story = occupied()
    story.do(Withdraw(reason="算了"), at_day(1), by=ACTORS[Role.REPORTER])
    assert story.case.stage is Stage.SIGNED
    assert story.part("withdrawal-1").is_open


def test_its_citizen_withdraws_it_at_once_before_a_unit_has_signed() -> None:
    story = Story(plan(TOWN, complaint("land-occupation", reported_at=OPENED)))
    story.do(Withdraw(reason="算了"), at_day(0), by=ACTORS[Role.REPORTER])
    assert story.case.stage is Stage.WITHDRAWN


DISPUTE = plan(TOWN, complaint("property-dispute", reported_at=OPENED))
RENAMED = Triage(category="property-dispute", reason="是相邻纠纷")


@pytest.mark.parametrize(
    "returned", [False, True], ids=["at the first triage", "after a granted return"]
)
def test_one_person_takes_no_steps_of_the_law_from_a_case_by_another_name(returned: bool) -> None:
    story = occupied() if returned else Story(replace(LAND_MATTER, holder=None))
    if returned:
        story.do("return", at_day(0), by=LAND)
        story.do(Answer(part="return-1", granted=True, reason="同意"), at_day(0))
    lookup = replace(OFFICERS, plan=DISPUTE)
    refusal, why = story.refused(RENAMED, at_day(0), lookup=lookup)
    story.do(RENAMED, at_day(0), by=SUPERVISOR, lookup=lookup)

    assert refusal is Refusal.WRONG_ROLE
    assert why.startswith("land-occupation takes the steps of the law, and property-dispute does")
    assert story.case.plan.category == "property-dispute"


def test_a_case_of_earlier_rules_may_have_another_name() -> None:
    story = Story(replace(LAND_MATTER, holder=None, rules=2))
    old = replace(OFFICERS, plan=replace(DISPUTE, rules=2))
    story.do(RENAMED, at_day(0), lookup=old)

    assert story.case.plan.category == "property-dispute"


def test_a_town_says_how_long_the_person_concerned_has_before_a_step() -> None:
    story = filed()
    advance(story, PenaltyStep.INVESTIGATED, 0)
    advance(story, PenaltyStep.NOTIFIED, 1)
    act = replace(advanced(PenaltyStep.HEARD), part="penalty-1")
    refusal, why = story.refused(act, at_day(2), by=HEAD)
    story.do(act, at_day(9), by=HEAD)

    assert refusal is Refusal.WRONG_STEP
    assert why.startswith("land-occupation leaves time before heard: record it at Thu 2026-07-09")
    assert story.part("penalty-1").penalty is PenaltyStep.HEARD


def test_a_triage_asks_whether_the_class_is_kept() -> None:
    story = filed()
    story.do("return", at_day(0), by=LAND)
    story.do(Answer(part="return-1", granted=True, reason="同意"), at_day(0))
    other = plan(TOWN, complaint("property-dispute", reported_at=OPENED))
    lookup = replace(OFFICERS, plan=other)
    triaged = Triage(category="property-dispute", reason="是相邻纠纷")
    refusal, why = story.refused(triaged, at_day(0), by=SUPERVISOR, lookup=lookup)
    assert refusal is Refusal.PARTS_OPEN
    assert why.endswith("it keeps its category until they are taken")


def test_a_case_with_a_penalty_does_not_end_with_another_in_which_none_is_filed() -> None:
    same = replace(LOOKUP.other, category="land-occupation") if LOOKUP.other else None
    merged = Merge(into=OTHER_CASE, reason="同一地块")
    refusal, why = filed().refused(merged, at_day(1), lookup=replace(LOOKUP, other=same))
    assert refusal is Refusal.PARTS_OPEN
    assert why.endswith("merge the other into this case, or link them")


def test_what_the_law_has_begun_is_not_refused_as_outside_the_mandate() -> None:
    story = filed()
    story.do("return", at_day(0), by=LAND)
    story.do(Answer(part="return-1", granted=True, reason="同意"), at_day(0))
    refused = Refuse(because="statutory_channel", advice="请起诉")  # type: ignore[arg-type]
    assert story.refused(refused, at_day(0))[0] is Refusal.PARTS_OPEN


def test_a_class_with_steps_is_not_lowered_to_where_no_penalty_is_filed() -> None:
    story = occupied()
    refusal, why = story.refused(AskTier(to=Tier.DIRECT, reason="简单"), at_day(0), by=LAND)
    assert refusal is Refusal.WRONG_TIER
    assert why.startswith("land-occupation takes the steps of the law")
    never_direct(story.case.plan, Tier.SUPERVISE)
    never_direct(replace(story.case.plan, rules=2), Tier.DIRECT)


def test_no_steps_are_wanted_of_a_class_that_lists_none() -> None:
    story = filed(flow=None)
    law_is_followed(story.case)
    assert story.refused(DECLINED, at_day(1), by=LAND)[0] is Refusal.WRONG_STEP
