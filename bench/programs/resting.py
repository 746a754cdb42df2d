"""A worker with nothing to do, and then the same worker with many open cases that need nothing."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil

from bench.journal_check import WorkUndone
from bench.plans import quiet
from bench.programs.opened import OPENED, open_all
from bench.programs.parts import client_of, database_of
from bench.programs.sanban import working
from bench.spec import Spec, Staged
from bench.town import case_ids, complaints
from runtime.clock import utc_now
from runtime.wiring.temporal_cases import TemporalCases
from store.connection import Database

ROWS = "SELECT count(*) FROM sanban.journal WHERE case_id = ANY(%s)"


@dataclass
class Resting:
    spec: Spec
    database: Database
    cases: TemporalCases
    ids: list[str] = field(default_factory=list)
    rows: int = 0

    async def stage(self, name: str) -> Mapping[str, object]:
        match name:
            case "open":
                made = complaints(self.spec.run, self.spec.count)
                self.ids = case_ids(made)
                await open_all(self.cases, self.database, made, quiet, self.spec.concurrency)
                [(self.rows,)] = await self.database.fetch(ROWS, (self.ids,))
                return {"rows": self.rows}
            case "check":
                [(rows,)] = await self.database.fetch(ROWS, (self.ids,))
                [(still_open,)] = await self.database.fetch(OPENED, (self.ids,))
                if (rows, still_open) != (self.rows, len(self.ids)):
                    raise WorkUndone(f"not idle: {rows} rows after {self.rows}, {still_open} open")
                return {"memory_mb": psutil.Process().memory_info().rss / 1e6}
            case _:
                raise ValueError(name)


@asynccontextmanager
async def idle(spec: Spec) -> AsyncIterator[Staged]:
    client = await client_of(spec)
    async with database_of(spec) as database, working(spec, client, database):
        yield Resting(spec, database, TemporalCases(client, spec.task_queue, utc_now))
