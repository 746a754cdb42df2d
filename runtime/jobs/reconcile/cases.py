"""Compare accepted records, open cases, running workflows and the journal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import WorkflowExecutionStatus

from domain.complaints import workflow_id_of
from runtime.jobs.reconcile.repair import Repair
from runtime.jobs.reconcile.report import Discrepancy, DiscrepancyKind, ReconciliationReport
from runtime.jobs.reconcile.workflows import Workflows
from store.intake.reconciliation import OpenCase, PostgresReconciliation
from workflows.search_attributes import CASE


@dataclass(frozen=True)
class CaseReconciler:
    """Raises schemas.intake.Unavailable if a server does not answer.

    `grace` is how long a workflow may take to journal its first row.
    """

    ledger: PostgresReconciliation
    workflows: Workflows
    repair: Repair | None
    now: Callable[[], datetime]
    grace: timedelta

    async def reconcile(self, report: ReconciliationReport) -> None:
        await self._accepted(report)
        await self._open(report)
        await self._running(report)

    async def _accepted(self, report: ReconciliationReport) -> None:
        named = set[str]()
        async for count, unjournaled in self.ledger.taken():
            report.looked_at["records that had their effect"] += count
            for tenant, case_id in unjournaled:
                workflow_id = workflow_id_of(tenant, case_id)
                if case_id in named or await self.workflows.runs(workflow_id):
                    continue  # not journaled yet; if that lasts, `_running` reports it
                if await self.ledger.journaled([case_id]):
                    continue  # it was journaled, and ended, between the two questions
                named.add(case_id)
                report.add(await self._no_case(tenant, case_id))

    async def _no_case(self, tenant: str, case_id: str) -> Discrepancy:
        done = await self.repair.start_again(tenant, case_id) if self.repair else None
        return Discrepancy(
            DiscrepancyKind.NO_CASE,
            case_id,
            "it was accepted; no workflow runs for it, and nothing of it is journaled",
            "`sanban reconcile --repair` starts it again from its complaint"
            if done is None or done.outcome
            else f"{done.why}: have its complaint sent again with another id",
            "started again from its complaint" if done and done.outcome else None,
        )

    async def _open(self, report: ReconciliationReport) -> None:
        async for page in self.ledger.open_cases():
            report.looked_at["open cases"] += len(page)
            ids = {workflow_id_of(each.tenant, each.case_id): each for each in page}
            running = await self.workflows.running_among(list(ids))
            for workflow_id, case in ids.items():
                if workflow_id not in running:
                    await self._second_look(workflow_id, case, report)

    async def _second_look(
        self, workflow_id: str, case: OpenCase, report: ReconciliationReport
    ) -> None:
        """Ask again without visibility.

        Temporal is asked first, because a case journals its end before its workflow ends.
        """
        status = await self.workflows.status(workflow_id)
        if status is WorkflowExecutionStatus.RUNNING or await self.ledger.is_over(case.case_id):
            return
        how = "Temporal knows none" if status is None else f"the last one is {_said(status)}"
        report.add(
            Discrepancy(
                DiscrepancyKind.NO_WORKFLOW,
                case.case_id,
                f"it is {case.stage} in the journal, and no workflow runs for it: {how}",
                "check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE; then `sanban rebuild workflows` "
                "lets it go on from its journal",
            )
        )

    async def _running(self, report: ReconciliationReport) -> None:
        async for page in self.workflows.running():
            report.looked_at["running workflows"] += len(page)
            old = {
                case_id: found.id
                for found in page
                if (case_id := found.typed_search_attributes.get(CASE)) is not None
                and found.start_time < self.now() - self.grace
            }
            for case_id in sorted(old.keys() - await self.ledger.journaled(list(old))):
                # Visibility is behind: the workflow may have ended, or journaled a row, meanwhile.
                runs = await self.workflows.runs(old[case_id])
                if not runs or await self.ledger.journaled([case_id]):
                    continue
                report.add(
                    Discrepancy(
                        DiscrepancyKind.NO_JOURNAL,
                        case_id,
                        f"its workflow has run for more than {self.grace.total_seconds():.0f} s, "
                        "and nothing of it is journaled",
                        "start `sanban worker`; if one runs, Temporal's UI shows what fails",
                    )
                )


def _said(status: WorkflowExecutionStatus) -> str:
    return status.name.lower().replace("_", " ")
