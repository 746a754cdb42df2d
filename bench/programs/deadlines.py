"""Many deadlines in a short while: how late each is journaled, and whether any is lost."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.journal_check import WorkUndone
from bench.plans import due_after
from bench.programs.opened import open_all, until
from bench.programs.parts import client_of, database_of
from bench.programs.sanban import working
from bench.spec import Spec, Staged
from bench.town import case_ids, complaints
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.complaints import Complaint
from domain.planning.plans import CasePlan
from runtime.clock import utc_now
from runtime.wiring.temporal_cases import TemporalCases
from schemas.journal import event_of
from store.connection import Database

PATIENCE_S = 120.0
"""How long after the last deadline the rows are waited for before they count as lost."""
FIRED = """
SELECT count(*) FROM sanban.journal WHERE case_id = ANY(%s)
AND convert_from(body, 'UTF8')::jsonb->'fact'->>'kind' = 'rung_reached'
"""
FACTS = """
SELECT case_id, body, pg_xact_commit_timestamp(xid::xid) FROM sanban.journal
WHERE case_id = ANY(%s)
AND convert_from(body, 'UTF8')::jsonb->'fact'->>'kind' IN ('rung_reached', 'deadline_missed')
"""


@dataclass
class Deadlines:
    spec: Spec
    database: Database
    cases: TemporalCases
    made: list[Complaint] = field(default_factory=list)
    moments: dict[str, datetime] = field(default_factory=dict)

    async def stage(self, name: str) -> Mapping[str, object]:
        match name:
            case "open":
                return await self._open()
            case "fire":
                last = (max(self.moments.values()) - utc_now()).total_seconds()
                patience = max(0.0, last) + PATIENCE_S
                await until(self.database, FIRED, list(self.moments), len(self.made), patience)
                return {}
            case "check":
                return await self._lateness()
            case _:
                raise ValueError(name)

    async def _open(self) -> Mapping[str, object]:
        self.made = complaints(self.spec.run, self.spec.count)
        first, count = utc_now() + timedelta(seconds=self.spec.lead_s), len(self.made)
        self.moments = {
            case: first + timedelta(seconds=self.spec.within_s * number / count)
            for number, case in enumerate(case_ids(self.made))
        }
        await open_all(self.cases, self.database, self.made, self._plan, self.spec.concurrency)
        margin = (first - utc_now()).total_seconds()
        if margin < 0:
            raise WorkUndone(f"opened {-margin:.0f} s too late; give a longer --lead")
        return {"margin_s": margin}

    def _plan(self, complaint: Complaint) -> CasePlan:
        return due_after(complaint, self.moments[complaint.case_id] - utc_now())

    async def _lateness(self) -> Mapping[str, object]:
        """Seconds between the moment and the row's `at`, and between the moment and its commit."""
        found: dict[str, list[float]] = {"rung": [], "deadline": [], "committed": []}
        rows = await self.database.fetch(FACTS, (list(self.moments),))
        told: set[tuple[str, str]] = set()
        for case, body, committed in rows:
            event = event_of(bytes(body))
            match event.fact:
                case RungReached(moment=moment):
                    found["rung"].append((event.at - moment).total_seconds())
                    found["committed"].append((committed - moment).total_seconds())
                case DeadlineMissed(due_at=due_at):
                    found["deadline"].append((event.at - due_at).total_seconds())
                case _:
                    raise WorkUndone(f"{case}: a {event.fact.kind}")
            told.add((case, event.fact.kind))
        expected = 2 * len(self.made)
        if len(rows) != expected or len(told) != expected:
            raise WorkUndone(f"{len(rows)} rows of {len(told)} facts, not {expected}")
        return found


@asynccontextmanager
async def deadlines(spec: Spec) -> AsyncIterator[Staged]:
    client = await client_of(spec)
    async with database_of(spec) as database, working(spec, client, database):
        yield Deadlines(spec, database, TemporalCases(client, spec.task_queue, utc_now))
