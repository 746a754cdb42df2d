"""Comments on cases that had few before and on cases that had many, in one process, by turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from bench.journal_check import WorkUndone
from bench.plans import quiet
from bench.programs.opened import open_all
from bench.programs.parts import client_of, database_of
from bench.programs.sanban import working
from bench.spec import Spec, Staged
from bench.town import HANDLER, case_ids, complaints, town
from domain.case.handling.acts import Comment
from domain.complaints import Complaint, workflow_id_of
from runtime.clock import utc_now
from runtime.wiring.temporal_cases import TemporalCases
from schemas.commands import CommandMessage
from store.connection import Database

SENDERS = 2
"""People who comment on one old case at a time while it grows old, so that Updates also arrive
while it continues as new."""
TEXT = "居民反映摊贩晚上又回来了，已拍照，请承办单位再看一次。"
COMMENTS = """
SELECT case_id, count(*), count(DISTINCT body->>'command_id')
FROM (SELECT case_id, convert_from(body, 'UTF8')::jsonb AS body
      FROM sanban.journal WHERE case_id = ANY(%s)) AS rows
WHERE body->'fact'->>'kind' = 'commented' GROUP BY case_id
"""


@dataclass
class Acts:
    spec: Spec
    client: Client
    database: Database
    cases: TemporalCases
    old: list[Complaint] = field(default_factory=list)
    young: list[Complaint] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    blocks: int = 0

    async def stage(self, name: str) -> Mapping[str, object]:
        match name:
            case "make_old":
                self.old = await self._opened("old")
                return {"latencies": await self._comment(self.old, self.spec.many, SENDERS)}
            case "make_young":
                self.blocks += 1
                self.young = await self._opened(f"young-{self.blocks}")
                return {"latencies": await self._comment(self.young, self.spec.few)}
            case "old":
                return {"latencies": await self._comment(self.old, self.spec.acts)}
            case "young":
                return {"latencies": await self._comment(self.young, self.spec.acts)}
            case "check":
                await self._nothing_lost()
                return {"runs": [await self._runs(each) for each in self.old]}
            case _:
                raise ValueError(name)

    async def _opened(self, which: str) -> list[Complaint]:
        made = complaints(f"{self.spec.run}-{which}", self.spec.count)
        await open_all(self.cases, self.database, made, quiet, len(made))
        self.sent.update(dict.fromkeys(case_ids(made), 0))
        return made

    async def _comment(
        self, on: Sequence[Complaint], acts: int, senders: int = 1
    ) -> Sequence[float]:
        """So many comments on each case, one after the other for each sender."""
        latencies: list[float] = []

        async def sender(complaint: Complaint, share: int) -> None:
            for _ in range(share):
                number = self.sent[complaint.case_id] = self.sent[complaint.case_id] + 1
                message = CommandMessage(
                    id=f"comment-{number}", actor=HANDLER, act=Comment(text=f"{number}: {TEXT}")
                )
                begun = time.perf_counter()
                await self.cases.act(town().tenant, complaint.case_id, message)
                latencies.append(time.perf_counter() - begun)

        shares = [acts // senders + (number < acts % senders) for number in range(senders)]
        await asyncio.gather(*(sender(each, share) for each in on for share in shares))
        return latencies

    async def _nothing_lost(self) -> None:
        """Every comment of every case is in the journal, once."""
        found = {
            case: (rows, ids)
            for case, rows, ids in await self.database.fetch(COMMENTS, (list(self.sent),))
        }
        for case, sent in self.sent.items():
            if found.get(case, (0, 0)) != (sent, sent):
                raise WorkUndone(f"{case}: {sent} comments sent, rows and ids {found.get(case)}")

    async def _runs(self, complaint: Complaint) -> list[int]:
        """The events of each run of its workflow, the first run first."""
        id_ = workflow_id_of(complaint.tenant, complaint.case_id)
        lengths, run = list[int](), ""
        while True:
            handle = self.client.get_workflow_handle(id_, run_id=run or None)
            events = (await handle.fetch_history()).events
            lengths.insert(0, len(events))
            run = _continued_from(events[0])
            if not run:
                return lengths


def _continued_from(first: HistoryEvent) -> str:
    return first.workflow_execution_started_event_attributes.continued_execution_run_id


@asynccontextmanager
async def acts(spec: Spec) -> AsyncIterator[Staged]:
    client = await client_of(spec)
    async with database_of(spec) as database, working(spec, client, database):
        cases = TemporalCases(client, spec.task_queue, utc_now)
        yield Acts(spec, client, database, cases)
