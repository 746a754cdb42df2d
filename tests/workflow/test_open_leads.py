"""A case that the platform chooses a unit for, in a real workflow."""

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.case.dispatch.acts import Dispatch
from domain.policy.sources import ActingRule, SourceRule
from domain.vocabulary import Role, Stage
from tests.unit.places import TOWN, planned
from tests.workflow.cases import Town


async def test_the_platform_chooses_one_of_the_units_that_may_lead(town: Town) -> None:
    town.desk.policies = {TOWN.hash: TOWN}
    town.desk.known = tuple(unit.id for unit in TOWN.units)
    town.desk.acting = (SourceRule("/units", (), ActingRule((Role.HANDLER,))),)
    case = await town.open(planned("noise", "N1"))
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.give(Dispatch(unit="south-squad"))
    await case.give(Dispatch(unit="north-squad"))
    state = await case.state()

    assert isinstance(caught.value.cause, ApplicationError)
    assert "noise is for one of urban-mgmt, north-squad" in str(caught.value.cause)
    assert state.stage is Stage.DISPATCHED
    assert state.holder == "north-squad"
