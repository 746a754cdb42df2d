"""`sanban rebuild workflows`: start the workflow of each open case that has none in Temporal.

The server refuses to start a workflow that runs, and a message that was received has no second
effect. So it may be stopped at any moment, run again, and run beside everything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from temporalio.client import WorkflowExecutionStatus

from domain.case.state import Case
from domain.complaints import workflow_id_of
from runtime.jobs.rebuild.folding import Folded, every_case, sound
from runtime.jobs.rebuild.messages import SentMessage, SentMessages
from runtime.jobs.rebuild.report import RebuildProgress, RebuildReport, RebuildResult
from runtime.jobs.reconcile.workflows import Workflows
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import Unstartable
from store.cases.rebuilding import PostgresRebuilding

Asked = TypeVar("Asked")
Got = TypeVar("Got")


@dataclass(frozen=True)
class WorkflowRebuild:
    """Raises StoreUnavailable, schemas.intake.Unavailable; workflows started by then run.

    `at_once` workflows are started side by side.
    """

    store: PostgresRebuilding
    workflows: Workflows
    cases: TemporalCases
    report: RebuildReport
    at_once: int = 16

    async def everything(self, progress: RebuildProgress) -> None:
        lost = list[SentMessage]()
        async for stretch in every_case(self.store, self.report, progress):
            await self._begin(stretch)
            lost += await self._messages.lost(stretch)
        # Last: every receiver runs by now.
        await self._send(lost)

    async def one(self, case_id: str) -> None:
        """Start one case, and send again what it and the cases merged with it told each other."""
        own = sound(await self.store.stored([case_id]), self.report)
        await self._begin(own)
        about = {other for each in own for other in _companions(each.case)}
        others = sound(await self.store.stored(about), self.report)
        lost = await self._messages.lost(own)
        lost += [each for each in await self._messages.lost(others) if each.to == case_id]
        await self._send(lost)

    @property
    def _messages(self) -> SentMessages:
        return SentMessages(self.store, self.workflows)

    async def _begin(self, stretch: list[Folded]) -> None:
        """Start the workflows of cases that are open and have none.

        The order matters. A case journals its end before its workflow ends, so the journal is read
        again after Temporal was asked: a case whose head has moved since may have ended.
        """
        going = [each.case for each in stretch if not each.case.stage.is_final]
        self._count(RebuildResult.OVER, [each.case for each in stretch if each.case.stage.is_final])
        silent = await self._without_workflow(going)
        heads = await self.store.heads([case.case_id for case in silent])
        moved = [case.case_id for case in silent if heads[case.case_id] != case.seq]
        if moved:
            again = [each.case for each in sound(await self.store.stored(moved), self.report)]
            self._count(RebuildResult.OVER, [case for case in again if case.stage.is_final])
            silent = [case for case in silent if case.case_id not in moved]
            silent += [case for case in again if not case.stage.is_final]
        if self.report.dry:
            self._count(RebuildResult.BEGUN, silent)
        else:
            await self._each(silent, self._go_on)

    async def _without_workflow(self, going: list[Case]) -> list[Case]:
        """Return the cases without a running workflow; count the others.

        Temporal's visibility is cheap and a little behind, so each case it lacks is asked for.
        """
        if not going:
            return []
        listed = await self.workflows.running_among([_workflow_id(case) for case in going])
        unlisted = [case for case in going if _workflow_id(case) not in listed]
        statuses = await self._each(
            unlisted, lambda case: self.workflows.status(_workflow_id(case))
        )
        found = zip(unlisted, statuses, strict=True)
        silent = [case for case, status in found if status is not WorkflowExecutionStatus.RUNNING]
        names = {case.case_id for case in silent}
        self._count(RebuildResult.RUNS, [case for case in going if case.case_id not in names])
        return silent

    async def _go_on(self, case: Case) -> None:
        try:
            begun = await self.cases.go_on(case)
        except Unstartable as error:
            self.report.add(RebuildResult.FAILED, case.case_id, f"Temporal refuses it: {error}")
            return
        self.report.add(
            RebuildResult.BEGUN if begun else RebuildResult.RUNS, case.case_id, _described(case)
        )

    async def _send(self, lost: Iterable[SentMessage]) -> None:
        """Send one after the other, so that the messages of one case keep their order."""
        for sent in lost:
            if self.report.dry or await self._messages.send(sent):
                detail = f"{sent.message.act.kind}, from {sent.message.actor.id}"
                self.report.add(RebuildResult.SAID_AGAIN, sent.to, detail)

    async def _each(
        self, cases: Iterable[Asked], ask: Callable[[Asked], Awaitable[Got]]
    ) -> list[Got]:
        busy = asyncio.Semaphore(self.at_once)

        async def one(case: Asked) -> Got:
            async with busy:
                return await ask(case)

        return await asyncio.gather(*map(one, cases))

    def _count(self, what: RebuildResult, cases: Iterable[Case]) -> None:
        for case in cases:
            self.report.add(what, case.case_id, _described(case))


def _workflow_id(case: Case) -> str:
    return workflow_id_of(case.plan.complaint.tenant, case.case_id)


def _described(case: Case) -> str:
    return f"{case.tier}, {case.stage}, row {case.seq}"


def _companions(case: Case) -> set[str]:
    follows = [case.merged_into] if case.merged_into is not None else []
    return set(chain(follows, (other for other, _ in case.joined)))
