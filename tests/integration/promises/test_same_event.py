"""The same event again, and another event under its name."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client

from domain.complaints import workflow_id_of
from gateways import dead_letters
from tests.integration.promises import broker
from tests.integration.promises.events import TENANT, event
from tests.integration.promises.people import HANDLED
from tests.integration.promises.town import Town


async def test_the_same_event_makes_one_case_even_after_it_closed(town: Town) -> None:
    """Promise 2: under a new offset, after the case closed, after Temporal has forgotten it,
    after a re-partition: one case. Other content under the same id is a conflict.
    """
    await town.start()
    first = event(town.source, "E-1")
    await town.publish(first)
    await town.people.play({first.case_id: HANDLED})
    await forget(town.people.cases.client, first.case_id)
    await town.until(town.workflows, lambda runs: runs == 0)
    await town.intake.terminate()  # one that runs on sees new partitions within half a minute
    await broker.repartition(town.servers.kafka.bootstrap, town.topic, 6)
    await town.intake.start()
    await town.publish(
        first,
        first.but(key=b"a key of another partition"),
        event(town.source, "E-1", text="另一件事"),
    )
    outcomes = await town.until_decided(4)
    letters = await town.dead_letters()

    assert outcomes == {"accepted": 1, "duplicate": 2, "conflict": 1}
    assert await town.cases() == {first.case_id}
    assert await town.workflows() == 0
    assert [dict(letter.headers)[dead_letters.REASON] for letter in letters] == [
        b"identity_conflict"
    ]
    assert await town.faults() == []


async def forget(client: Client, case_id: str) -> None:
    """As the server does when its retention is over."""
    workflow = WorkflowExecution(workflow_id=workflow_id_of(TENANT, case_id))
    await client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=workflow)
    )
