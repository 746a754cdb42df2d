"""What the rules of joint actions and campaigns need is looked up for a running case."""

from dataclasses import replace
from datetime import timedelta

from domain.case.campaigns.acts import Count
from domain.case.joint_work.acts import Convene, PlanAction
from domain.case.refusals import Refusal
from domain.vocabulary import Role, Tier
from tests.acts import PHOTO
from tests.builders import ACTORS, complaint, plan
from tests.workflow.cases import Town
from tests.workflow.test_commands import no

SUPERVISOR = ACTORS[Role.SUPERVISOR]


async def test_an_action_is_planned_with_units_that_the_policy_has_and_ends_with_its_report(
    town: Town,
) -> None:
    case = await town.open(plan(tier=Tier.SUPERVISE))
    await case.give("sign")
    tomorrow = (await case.state()).opened_at + timedelta(days=1)
    act = PlanAction(units=("water",), at=tomorrow, goal="Catch the dogs.", people=12)
    unknown = await no(case, replace(act, units=("police",)), by=SUPERVISOR)
    assert Refusal.UNKNOWN_UNIT == unknown.details[0]
    assert "water" in unknown.message

    await case.give(act, by=SUPERVISOR)
    [planned] = (await case.state()).open_parts()
    assert "joint_action-1" == planned.id
    assert ("water", "squad") == planned.units
    early = await no(case, "report_action")
    assert Refusal.WRONG_STEP == early.details[0]
    await town.until(tomorrow)
    await case.give("report_action")
    assert () == (await case.state()).open_parts()


async def test_a_meeting_is_about_other_cases_that_there_are(town: Town) -> None:
    case, other = await town.open(plan(tier=Tier.SUPERVISE)), await town.open(plan())
    await case.give("sign")
    soon = (await case.state()).opened_at + timedelta(hours=1)
    act = Convene(units=("water",), at=soon, agenda="Dogs", cases=(other.plan.case_id,))
    unknown = await no(case, replace(act, cases=("zzzzz-zzzzz-zzzzz",)), by=SUPERVISOR)
    assert Refusal.OTHER_CASE == unknown.details[0]
    assert "no case zzzzz-zzzzz-zzzzz" in unknown.message

    await case.give(act, by=SUPERVISOR)
    assert ["conference-1"] == [part.id for part in (await case.state()).open_parts()]


async def test_a_case_counts_for_the_campaigns_that_the_policy_has_today(town: Town) -> None:
    case = await town.open(plan())
    await case.give("sign")
    unknown = await no(case, Count(campaign="dogs", amount=4))
    assert Refusal.UNKNOWN_CAMPAIGN == unknown.details[0]
    assert "campaigns are: demolition" in unknown.message

    await case.give(Count(campaign="demolition", amount=320, evidence=(PHOTO,)), by=SUPERVISOR)
    await case.give(Count(campaign="demolition", amount=-20, note="A slip."), by=SUPERVISOR)
    assert (("demolition", 300),) == (await case.state()).counted


async def test_a_case_of_another_category_than_a_campaign_counts_is_refused(town: Town) -> None:
    case = await town.open(plan(complaint(category="wages")))
    await case.give("sign")
    refused = await no(case, Count(campaign="demolition", amount=4, evidence=(PHOTO,)))

    assert "demolition counts cases of street-stalls; this is wages" in refused.message
