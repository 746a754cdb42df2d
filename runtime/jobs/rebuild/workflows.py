"""Workflows again from the journal, where Temporal has none: `sanban rebuild workflows`.

Beginning one that runs is refused by the server, and what was heard already has no second effect:
it can be ended at any moment and run again, beside everything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from temporalio.client import WorkflowExecutionStatus

from domain.case.state import Case
from domain.complaints import workflow_id_of
from runtime.jobs.rebuild.messages import SentMessage, SentMessages
from runtime.jobs.rebuild.shared import (
    Folded,
    RebuildProgress,
    RebuildReport,
    RebuildResult,
    every_case,
    sound,
)
from runtime.jobs.reconcile.cases import Workflows
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import Unstartable
from store.cases.rebuilding import PostgresRebuilding

Asked = TypeVar("Asked")
Got = TypeVar("Got")


@dataclass(frozen=True)
class WorkflowRebuild:
    """Raises StoreUnavailable, schemas.intake.Unavailable: what was begun by then runs.

    `at_once`: so many cases are begun side by side.
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
            lost += await self._errands.lost(stretch)
        # Last, so that whoever is to hear it runs.
        await self._say(lost)

    async def one(self, case_id: str) -> None:
        """Only that case, and what it and those it follows, or that follow it, told each other."""
        own = sound(await self.store.kept([case_id]), self.report)
        await self._begin(own)
        about = {other for each in own for other in _companions(each.case)}
        others = sound(await self.store.kept(about), self.report)
        lost = await self._errands.lost(own)
        lost += [each for each in await self._errands.lost(others) if each.to == case_id]
        await self._say(lost)

    @property
    def _errands(self) -> SentMessages:
        return SentMessages(self.store, self.workflows)

    async def _begin(self, stretch: list[Folded]) -> None:
        """A case journals its end before its workflow ends. So: first whether one runs, then where
        the journal stands, then begin.
        """
        going = [each.case for each in stretch if not each.case.stage.is_final]
        self._count(RebuildResult.OVER, [each.case for each in stretch if each.case.stage.is_final])
        silent = await self._without_workflow(going)
        heads = await self.store.heads([case.case_id for case in silent])
        moved = [case.case_id for case in silent if heads[case.case_id] != case.seq]
        if moved:
            anew = [each.case for each in sound(await self.store.kept(moved), self.report)]
            self._count(RebuildResult.OVER, [case for case in anew if case.stage.is_final])
            silent = [case for case in silent if case.case_id not in moved]
            silent += [case for case in anew if not case.stage.is_final]
        if self.report.dry:
            self._count(RebuildResult.BEGUN, silent)
        else:
            await self._each(silent, self._go_on)

    async def _without_workflow(self, going: list[Case]) -> list[Case]:
        """Temporal's visibility is cheap and a little behind: those it lacks are asked for."""
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
            RebuildResult.BEGUN if begun else RebuildResult.RUNS, case.case_id, _standing(case)
        )

    async def _say(self, lost: Iterable[SentMessage]) -> None:
        """One after the other: what one case says comes in the order in which it was said."""
        for errand in lost:
            if self.report.dry or await self._errands.say(errand):
                said = f"{errand.message.act.kind}, from {errand.message.actor.id}"
                self.report.add(RebuildResult.SAID_AGAIN, errand.to, said)

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
            self.report.add(what, case.case_id, _standing(case))


def _workflow_id(case: Case) -> str:
    return workflow_id_of(case.plan.complaint.tenant, case.case_id)


def _standing(case: Case) -> str:
    return f"{case.tier}, {case.stage}, row {case.seq}"


def _companions(case: Case) -> set[str]:
    follows = [case.merged_into] if case.merged_into is not None else []
    return set(chain(follows, (other for other, _ in case.joined)))
