"""Leases that tests take after another leader has gone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from store.journal.leases import Lease
from tests.limits import EVENT_S

Lead = Callable[[], AbstractAsyncContextManager[Lease | None]]


@asynccontextmanager
async def taken(lead: Lead) -> AsyncIterator[Lease]:
    """Yield the lease as soon as it is free: the server frees a lock just after its session."""
    ends = asyncio.get_running_loop().time() + EVENT_S
    while True:
        async with lead() as lease:
            if lease is not None:
                yield lease
                return
        assert asyncio.get_running_loop().time() < ends, "the leader before never went"
        await asyncio.sleep(0.01)
