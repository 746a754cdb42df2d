"""A case that goes on as another workflow run: in the next tier, or when its history is long."""

import asyncio

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from domain.case.handling.acts import Comment
from domain.case.registration.acts import Triage
from domain.case.tiers.acts import RaiseTier
from domain.planning.planner import plan as plan_by
from domain.vocabulary import Channel, Role, Stage, Tier
from packs import pack_of
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.builders import ACTORS, complaint, plan
from tests.workflow.cases import OpenCase, Town, at_work, real

TO_ASSIGN = RaiseTier(to=Tier.ASSIGN, reason="The squad cannot do this alone.")


async def kind_of(case: OpenCase) -> str | None:
    return (await case.handle.describe()).workflow_type


async def test_raising_the_tier_goes_on_as_the_next_type_and_loses_no_command(
    real_town: Town,
) -> None:
    case = await real_town.open(plan(tier=Tier.DIRECT))
    comments = [Comment(text=f"Still there ({number}).") for number in range(8)]
    sent = [case.give(comment) for comment in comments]
    sent.insert(4, case.give(TO_ASSIGN, id_="raise"))
    answers = await asyncio.gather(*sent)
    again = await case.give(TO_ASSIGN, id_="raise", update_id="later")

    assert "AssignCase" == await kind_of(case)
    assert 9 == len({answer.seq for answer in answers})
    assert {*["commented"] * 8, "tier_raised", "dispatched"} == set(case.kinds(after=3))
    assert 13 == len(case.rows)
    assert answers[4] == again


async def test_who_spoke_while_the_tier_was_raised_is_answered_before_the_next_run(
    town: Town,
) -> None:
    """A run that ended with an accepted command unanswered would lose it."""
    case = await town.open(plan(tier=Tier.DIRECT))
    town.journal.away = True
    raising = asyncio.create_task(case.give(TO_ASSIGN))
    await case.has_history(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    saying = asyncio.create_task(case.give("comment"))
    await case.has_history(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED, 2)
    town.journal.away = False
    answers = [await raising, await saying]

    assert [5, 6] == [answer.seq for answer in answers]
    assert ["tier_raised", "dispatched", "commented"] == case.kinds(after=3)


async def test_a_case_may_rise_through_every_tier_and_still_ends_well(town: Town) -> None:
    case = await town.open(plan(tier=Tier.DIRECT))
    types = [await kind_of(case)]
    for to in (Tier.ASSIGN, Tier.SUPERVISE):
        await case.give(RaiseTier(to=to, reason="Not done."))
        await case.give("comment")
        types.append(await kind_of(case))
    for kind in ("sign", "resolve", "verify"):
        await case.give(kind)
    await case.give("verify", by=ACTORS[Role.SUPERVISOR])
    await case.give("close")
    end = await case.handle.result()

    assert ["DirectCase", "AssignCase", "SuperviseCase"] == types
    assert Stage.ARCHIVED == end.stage
    assert len(case.rows) == end.seq


async def test_a_case_that_somebody_sorts_goes_on_in_its_tier(town: Town) -> None:
    directory = pack_of("youchegang")
    policy = load_pack(directory, HOLIDAYS)
    town.desk.policies = {policy.hash: policy}
    town.desk.people = policy.roster
    unsorted = complaint(category=None, channel=Channel.CITIZEN)
    case = await town.open(plan_by(policy, unsorted))
    before = await kind_of(case)
    await case.give(Triage(category="noise-neighbourhood"))
    await case.give("comment")
    state = await case.state()

    assert ["AssignCase", "DirectCase"] == [before, await kind_of(case)]
    assert Stage.DISPATCHED == state.stage
    assert "police-station" == state.holder


async def test_a_long_history_goes_on_in_a_new_run_with_everything_it_knew(
    cramped_client: Client,
) -> None:
    """The server asks for a new run after 60 events here, after 4096 elsewhere."""
    async with at_work(real(cramped_client)) as town:
        case = await town.open(plan())
        first_run = (await case.handle.describe()).run_id
        for _ in range(5):
            await asyncio.gather(*(case.give("comment") for _ in range(8)))
        await case.give("sign", id_="s-1")
        await asyncio.gather(*(case.give("comment") for _ in range(8)))
        again = await case.give("sign", id_="s-1", update_id="later")
        state = await case.state()
        old_run = await town.client.get_workflow_handle(
            case.handle.id, run_id=first_run
        ).fetch_history()

        assert EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW == (
            old_run.events[-1].event_type
        )
        assert [*["commented"] * 40, "signed", *["commented"] * 8] == case.kinds(after=3)
        assert 44 == again.seq
        assert Stage.SIGNED == state.stage
        assert 52 == state.seq
