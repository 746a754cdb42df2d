"""A case lives its whole life in each tier; the journal is what the pure rules give."""

import asyncio

import pytest
from temporalio.api.enums.v1 import EventType

from domain.case.dispatch.acts import Dispatch
from domain.case.requests.acts import Answer
from domain.vocabulary import Role, Stage, Tier
from schemas.case import CaseEnd
from tests.builders import ACTORS, WATER_HANDLER, plan
from tests.workflow.cases import Town

LIFE = ("sign", "progress", "resolve", "verify", "close")


@pytest.mark.parametrize("tier", Tier)
async def test_a_case_lives_its_whole_life(town: Town, tier: Tier) -> None:
    case = await town.open(plan(tier=tier))
    answers = [await case.give(kind) for kind in LIFE[:4]]
    if tier is Tier.SUPERVISE:
        answers.append(await case.give("verify", by=ACTORS[Role.SUPERVISOR]))
    answers.append(await case.give("close"))
    end = await case.handle.result()

    assert ["received", "triaged", "dispatched"] == case.kinds()[:3]
    signatures = ["countersigned", "verified"] if tier is Tier.SUPERVISE else ["verified"]
    lived = ["signed", "progressed", "resolved", *signatures, "closed", "archived"]
    assert lived == case.kinds(after=3)
    assert [*range(4, len(case.rows) - 1), len(case.rows)] == [a.seq for a in answers]
    assert Stage.ARCHIVED is answers[-1].stage
    assert CaseEnd(case_id=case.plan.case_id, stage=Stage.ARCHIVED, seq=len(case.rows)) == end


async def test_a_case_is_returned_and_handled_by_another_unit(town: Town) -> None:
    case = await town.open(plan())
    await case.give("return")
    await case.give(Answer(part="return-1", granted=True, reason="Theirs."))
    await case.give(Dispatch(unit="water"))
    await case.give("sign", by=WATER_HANDLER)

    granted = ["part_opened", "part_moved", "returned", "dispatched", "signed"]
    assert granted == [kind for kind in case.kinds(after=3) if kind != "rung_reached"]
    assert "water" == (await case.state()).holder


async def test_a_withdrawn_case_ends(town: Town) -> None:
    case = await town.open(plan())
    await case.give("withdraw")

    assert Stage.WITHDRAWN is (await case.handle.result()).stage


async def test_a_button_in_the_temporal_ui_does_not_end_a_case(real_town: Town) -> None:
    """A case ends by what is journaled; cancelled without a word, nobody would ever miss it."""
    case = await real_town.open(plan())
    await case.handle.cancel()
    await case.give("supplement")
    real_town.journal.away = True
    commenting = asyncio.create_task(case.give("comment"))
    await case.has_history(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    await case.handle.cancel()
    real_town.journal.away = False
    await commenting
    await real_town.restart_worker()
    await case.give("withdraw")

    assert ["supplemented", "commented", "withdrawn"] == case.kinds(after=3)
    assert Stage.WITHDRAWN is (await case.handle.result()).stage


async def test_a_direct_case_is_short_in_history(real_town: Town) -> None:
    """Opened, signed for, resolved, verified and with that closed: what most cases are."""
    case = await real_town.open(plan(tier=Tier.DIRECT, callback=False))
    for kind in ("sign", "resolve", "verify"):
        await case.give(kind)
    await case.handle.result()
    history = await case.handle.fetch_history()

    assert len(history.events) <= 26
