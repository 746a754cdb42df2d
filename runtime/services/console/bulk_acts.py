"""Stores acts for many cases, wakes the worker of this process, and waits a little for the end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.services.console.bulk_worker import BulkWorker
from schemas.bulk_acts import BulkAct, BulkItem, BulkState
from store.console.bulk_acts import PostgresBulkActs

_PATIENCE_S, _BETWEEN_LOOKS_S = 2.0, 0.1


@dataclass(frozen=True)
class GivenBulkActs:
    """Implements console.desk.ports.BulkActs."""

    stored: PostgresBulkActs
    worker: BulkWorker

    async def begin(self, bulk: BulkAct, items: Sequence[BulkItem]) -> None:
        await self.stored.begin(bulk, items)
        self.worker.wake()

    async def find(
        self, id_: str, tenant: str, person: str, *, wait: bool = False
    ) -> tuple[BulkAct, Sequence[BulkItem]] | None:
        clock = asyncio.get_running_loop()
        ends = clock.time() + (_PATIENCE_S if wait else 0)
        while True:
            found = await self.stored.find(id_, tenant, person)
            waits = found and any(item.state is BulkState.WAITING for item in found[1])
            if not waits or clock.time() >= ends:
                return found
            await asyncio.sleep(_BETWEEN_LOOKS_S)
