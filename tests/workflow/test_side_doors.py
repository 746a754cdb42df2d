"""Promise 41 in running workflows: a person tries other commands for what one command refuses."""

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.case.commands import HumanAct
from domain.case.merging.acts import Merge
from domain.case.registration.acts import Settle, Triage
from domain.case.requests.acts import Answer
from domain.complaints import Complaint, SuperiorOrder
from domain.planning.planner import plan as plan_by
from domain.policy.model import Policy
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import due
from domain.vocabulary import Channel, Role, Stage, Tier, Urgency
from packs import pack_of
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.builders import ACTORS, complaint
from tests.town import hours
from tests.workflow.cases import OpenCase, Town

TOWN = load_pack(pack_of("youchegang"), HOLIDAYS)


async def opened(town: Town, about: Complaint, policy: Policy = TOWN) -> OpenCase:
    town.desk.policies = {policy.hash: policy}
    town.desk.people = policy.roster
    town.desk.known = tuple(unit.id for unit in policy.units)
    return await town.open(plan_by(policy, about))


async def refused(case: OpenCase, act: HumanAct | str, role: Role) -> str:
    """Give an act in vain, and return the code of the refusal."""
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await case.give(act, by=ACTORS[role])
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    return str(cause.details[0])


async def test_a_superiors_supervised_order_is_neither_lowered_nor_ended_at_the_desk(
    town: Town,
) -> None:
    order = SuperiorOrder("2026-13", "city", supervised=True)
    about = complaint(category=None, channel=Channel.SUPERIOR, superior=order)
    case = await opened(town, about)
    other = await opened(town, complaint(event_id="731-2", category="garbage"))
    simple = Triage(category="road-damage", tier=Tier.DIRECT, reason="Simple.")
    question = Settle(result="Told them.", category="consult")
    same = Merge(into=other.plan.case_id, reason="The same.")
    acts: dict[str, HumanAct | str] = {
        "triage": simple,
        "settle": question,
        "merge": same,
        "refuse": "refuse",
        "withdraw": "withdraw",
    }
    tried = {name: await refused(case, act, Role.DISPATCHER) for name, act in acts.items()}
    state = await case.state()

    assert tried == {
        "triage": "outside_our_power",
        "settle": "not_at_the_desk",
        "merge": "other_case",
        "refuse": "wrong_role",
        "withdraw": "outside_our_power",
    }
    assert state.tier is Tier.SUPERVISE
    assert state.stage is Stage.RECEIVED


async def test_a_missing_manhole_has_two_hours_whatever_its_source_and_its_triage_say(
    town: Town,
) -> None:
    complex_ = complaint(category="manhole-missing", urgency=Urgency.COMPLEX)
    case = await opened(town, complex_)
    unsorted = await opened(town, complaint(event_id="731-2", category=None))
    slow = Triage(category="manhole-missing", urgency=Urgency.COMPLEX)
    code = await refused(unsorted, slow, Role.DISPATCHER)
    state = await case.state()
    holder = state.clock(HOLDER)
    assert holder is not None
    deadline = due(holder, state.plan.calendar)
    assert deadline is not None

    assert code == "reason_needed"
    assert deadline.at - state.opened_at <= hours(2)


async def test_a_returned_case_is_not_answered_at_the_desk(town: Town) -> None:
    case = await opened(town, complaint(category="railside-hazard"))
    handler = ACTORS[Role.HANDLER]
    squad = type(handler)(handler.id, handler.role, (await case.state()).holder)
    await case.give("return", by=squad)
    await case.give(Answer(part="return-1", granted=True, reason="So it is."))
    code = await refused(case, Settle(result="Told them."), Role.DISPATCHER)
    lower = Triage(category="garbage", tier=Tier.DIRECT, reason="Simple.")
    also = await refused(case, lower, Role.DISPATCHER)
    await case.give(Triage(category="garbage", reason="Only litter."))
    state = await case.state()

    assert code == "not_at_the_desk"
    assert also == "tier_lowered"
    assert state.tier is Tier.SUPERVISE
