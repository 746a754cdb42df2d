"""Cases that go the way of another from the beginning, because a rule says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.merging.acts import Unmerge
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import due
from domain.vocabulary import Stage
from tests.builders import complaint, plan
from tests.town import CALENDAR, OPENED, hours
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import facts


def same_as(main: OpenCase, **changed: object) -> CasePlan:
    by_rule = {"into": main.plan.case_id, "into_reason": "rule surge"}
    return replace(plan(complaint(reported_at=OPENED - hours(80))), **by_rule, **changed)  # type: ignore[arg-type]


async def test_the_other_hears_of_it_and_its_end_is_the_end_of_both(town: Town) -> None:
    """With the earlier promise of the two."""
    main = await town.open(plan())
    own = (await main.state()).clock(CITIZEN)
    other = await town.open(same_as(main))
    await main.has_happened("joined")
    both = (await main.state()).clock(CITIZEN)
    for kind in ("sign", "resolve", "verify", "close"):
        await main.give(kind)
    end = await other.handle.result()

    assert ["received", "triaged", "dispatched", "merged", "closed", "archived"] == other.kinds()
    assert [other.plan.case_id] == [fact.case for fact in facts(main, "joined")]
    assert own is not None
    assert both is not None
    before, after = due(own, CALENDAR), due(both, CALENDAR)
    assert before is not None
    assert after is not None
    assert after.at < before.at
    assert Stage.ARCHIVED is end.stage


async def test_a_person_may_part_them_and_it_goes_to_its_own_unit(town: Town) -> None:
    main = await town.open(plan())
    other = await town.open(same_as(main))
    await main.has_happened("joined")
    await other.give(Unmerge(reason="Another street."))
    await main.has_happened("left")
    await other.give("sign")

    assert Stage.SIGNED == (await other.state()).stage
    assert "squad" == (await other.state()).holder


@pytest.mark.parametrize("gone", ["closed", "archived"])
async def test_what_comes_after_the_end_of_the_other_is_somebodys_work(
    real_town: Town, gone: str
) -> None:
    """The read model said that it was open: it was, a moment before."""
    window = timedelta(days=7 if gone == "closed" else 0)
    main = await real_town.open(replace(plan(), reopen_window=window))
    for kind in ("sign", "resolve", "verify", "close"):
        await main.give(kind)
    if gone == "archived":
        await main.handle.result()
    other = await real_town.open(same_as(main))
    await other.has_happened("unmerged")
    await other.give("sign")

    assert Stage.SIGNED is (await other.state()).stage
