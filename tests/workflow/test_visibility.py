"""What operators find in the Temporal UI: cases by number, tier, unit, level and deadline."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType

from domain.case.dispatch.acts import Dispatch
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import RaiseTier
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import due
from domain.vocabulary import Tier
from tests.builders import complaint, plan
from tests.town import CALENDAR, OPENED, hours
from tests.workflow.cases import OpenCase, Town
from workflows.search_attributes import CASE, CATEGORY, CITIZEN_DUE, LEVEL, TENANT, TIER, UNIT

RUNBOOK = Path(__file__).parents[2] / "docs/RUNBOOK.md"
PAGE = RUNBOOK.read_text(encoding="utf-8").partition("## Cases in the Temporal UI")[2]


async def found(case: OpenCase, query: str) -> None:
    """Come back when exactly this case answers the query; the list is a moment behind."""
    client = case.town.client
    whole = f"{query} AND {CASE.name} = '{case.plan.case_id}' AND ExecutionStatus = 'Running'"
    while [each.id async for each in client.list_workflows(whole)] != [case.handle.id]:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def test_a_case_is_found_by_what_it_is(real_town: Town) -> None:
    case = await real_town.open(plan(tier=Tier.DIRECT))
    described = await case.handle.describe()
    shown = described.typed_search_attributes
    citizen = (await case.state()).clock(CITIZEN)
    assert citizen is not None
    promised = due(citizen, CALENDAR)

    assert promised is not None
    assert promised.at.replace(microsecond=0) == shown.get(CITIZEN_DUE)
    assert ("youchegang", "direct", "squad", "street-stalls", 0) == tuple(
        shown.get(key) for key in (TENANT, TIER, UNIT, CATEGORY, LEVEL)
    )
    await found(case, f"{TIER.name} = 'direct' AND {UNIT.name} = 'squad'")
    await found(case, f"{CITIZEN_DUE.name} < '{(promised.at + hours(1)).isoformat()}'")


async def test_the_list_follows_the_case_to_its_next_unit_tier_and_level(real_town: Town) -> None:
    overdue = complaint(reported_at=OPENED - timedelta(days=60))
    case = await real_town.open(plan(overdue, tier=Tier.DIRECT))
    await case.has_rows(6)
    await found(case, f"{LEVEL.name} = 2")
    await case.give("return")
    await case.give(Answer(part="return-1", granted=True, reason="Theirs."))
    await found(case, f"{UNIT.name} = 'platform'")
    await case.give(Dispatch(unit="water"))
    await found(case, f"{UNIT.name} = 'water'")
    await case.give(RaiseTier(to=Tier.SUPERVISE, reason="Three bureaus."))
    await found(case, f"{TIER.name} = 'supervise' AND WorkflowType = 'SuperviseCase'")
    await found(
        case, f"{LEVEL.name} = 2 AND {UNIT.name} = 'water' AND {TENANT.name} = 'youchegang'"
    )


async def test_the_screen_of_a_case_says_where_it_stands(real_town: Town) -> None:
    case = await real_town.open(plan())
    await case.give("sign")
    shown = await case.details()
    described = await case.handle.describe()

    assert f"**{case.plan.case_id}** · assign · signed · squad" in shown
    assert "level L0 · journal row 4" in shown
    assert "next: first amber at" in shown
    assert case.plan.complaint.text not in shown
    assert f"{case.plan.case_id} Street stalls" == await described.static_summary()
    assert "times of Asia/Shanghai" in shown


async def test_a_raised_case_is_still_called_by_number_and_category(real_town: Town) -> None:
    """Continue-as-new ends the static summary; the memo and the details go on."""
    case = await real_town.open(plan())
    await case.give(RaiseTier(to=Tier.SUPERVISE, reason="Three bureaus."))
    await found(case, "WorkflowType = 'SuperviseCase'")
    described = await real_town.client.get_workflow_handle(case.handle.id).describe()
    shown = await case.details()

    assert await described.memo() == {"case": f"{case.plan.case_id} Street stalls"}
    assert "Street stalls" in shown
    assert "times of Asia/Shanghai" in shown


async def test_every_step_of_a_case_says_what_it_did(real_town: Town) -> None:
    case = await real_town.open(plan())
    await case.give("sign")
    history = await case.handle.fetch_history()
    said = [
        json.loads(event.user_metadata.summary.data)
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED
    ]

    assert said == ["登记 received, 受理 triaged, 派遣 dispatched", "签收 signed"]


@pytest.mark.parametrize(
    ("view", "query"), re.findall(r"^\| ([^|`]+) \| `([^`]+)` \|$", PAGE, re.MULTILINE)
)
async def test_every_view_of_the_runbook_is_a_query_that_works(
    real_town: Town, view: str, query: str
) -> None:
    """The server refuses a query that it does not understand."""
    await real_town.open(plan())
    await real_town.client.count_workflows(query)
