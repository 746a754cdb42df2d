"""A case that goes the way of another from the beginning, because a rule says so."""

from dataclasses import replace

import pytest

from domain.case.decide import Decision
from domain.case.dispatch.facts import Dispatched
from domain.case.events import Fact
from domain.case.merging.acts import Follow
from domain.case.merging.facts import Merged
from domain.case.registration.acts import Open
from domain.case.registration.facts import Received, Triaged
from domain.complaints import Arrival
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN
from domain.vocabulary import Stage, Tier
from tests.acts import OTHER_CASE
from tests.builders import OPEN_MATTER, complaint, give, opened, plan, swept
from tests.town import OPENED, hours

SETTLED = Arrival(result="Swept at once by the patrol.")


def facts(decision: Decision) -> list[type[Fact]]:
    return [type(event.fact) for event in decision.events]


def same_matter(pinned: CasePlan, into: str = OTHER_CASE) -> CasePlan:
    return replace(pinned, into=into, into_reason="rule surge: fifty in an hour")


@pytest.mark.parametrize("holder", ["squad", None])
def test_a_rule_that_knows_the_matter_merges_it_as_it_comes(holder: str | None) -> None:
    """It has its holder already: parted, it goes on from there."""
    decision = give(None, Open(plan=same_matter(plan(holder=holder))), OPENED)
    case = decision.case
    own = [Received] if holder is None else [Received, Triaged, Dispatched]

    assert [*own, Merged] == facts(decision)
    assert Merged(into=OTHER_CASE, reason="rule surge: fifty in an hour") == (
        decision.events[-1].fact
    )
    assert Stage.MERGED == case.stage
    assert OTHER_CASE == case.merged_into
    assert holder == case.holder
    assert [CITIZEN] == [c.id for c in case.clocks if c.is_running and not c.is_paused]


@pytest.mark.parametrize("into", [OTHER_CASE, complaint().case_id])
def test_what_is_settled_already_goes_nobodys_way_and_no_case_its_own(into: str) -> None:
    standing = SETTLED if into == OTHER_CASE else OPEN_MATTER
    about = replace(swept(), standing=standing)
    pinned = same_matter(plan(about, tier=Tier.DIRECT), into)
    decision = give(None, Open(plan=pinned), OPENED)

    assert Merged not in facts(decision)


@pytest.mark.parametrize(
    ("joined", "by_rule", "stage"),
    [
        (True, True, Stage.CLOSED),
        (True, False, Stage.CLOSED),
        (False, False, Stage.CLOSED),
        (False, True, Stage.DISPATCHED),
    ],
)
def test_what_comes_after_the_end_of_the_other_is_closed_by_a_person_alone(
    joined: bool, by_rule: bool, stage: Stage
) -> None:
    """A person who merges has looked at both; a rule has not, so the matter may be back."""
    case = opened(same_matter(plan()) if by_rule else plan())
    case = case if by_rule else give(case, "merge", OPENED).case
    end = Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Cleared.", joined=joined)

    assert stage is give(case, end, OPENED + hours(1)).case.stage
