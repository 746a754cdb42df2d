"""What the staged programs share: cases opened many at a time, and what the journal then holds."""

import asyncio
from collections.abc import Callable, Sequence

from bench.journal_check import WorkUndone
from bench.town import case_ids
from domain.complaints import Complaint
from domain.planning.plans import CasePlan
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import Unavailable
from store.connection import Database

PATIENCE_S = 600.0
LOOK_EVERY_S = 0.5
OPENED = "SELECT count(*) FROM sanban.cases WHERE case_id = ANY(%s) AND closed_at IS NULL"


async def open_all(
    cases: TemporalCases,
    database: Database,
    complaints: Sequence[Complaint],
    plan: Callable[[Complaint], CasePlan],
    concurrency: int,
) -> None:
    """Start every case and wait until the journal has them all."""
    waiting = iter(complaints)

    async def starter() -> None:
        for complaint in waiting:
            await _start(cases, plan(complaint))

    await asyncio.gather(*(starter() for _ in range(concurrency)))
    await until(database, OPENED, case_ids(complaints), len(complaints), PATIENCE_S)


async def until(
    database: Database, counting: str, ids: Sequence[str], wanted: int, patience_s: float
) -> None:
    """`counting`: a query of one number, given the ids. Raises WorkUndone when time runs out."""
    found = 0
    try:
        async with asyncio.timeout(patience_s):
            while found < wanted:
                [(found,)] = await database.fetch(counting, (list(ids),))
                if found < wanted:
                    await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError as error:
        raise WorkUndone(f"{found} of {wanted} after {patience_s:.0f} s: {counting}") from error


async def _start(cases: TemporalCases, plan: CasePlan) -> None:
    while True:
        try:
            if not await cases.start(plan):
                raise WorkUndone(f"case {plan.case_id} was there before")
        except Unavailable:
            # A server under load says "wait"; intake would repeat as well.
            await asyncio.sleep(LOOK_EVERY_S)
        else:
            return
