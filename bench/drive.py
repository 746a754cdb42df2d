"""Many lives side by side, one act after the other in each."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from bench.town import messages
from domain.complaints import Complaint
from schemas.commands import CommandMessage

Life = Callable[[Complaint], Awaitable[list[float]]]
Act = Callable[[CommandMessage], Awaitable[object]]


async def drive(life: Life, complaints: Sequence[Complaint], concurrency: int) -> list[float]:
    waiting, latencies = iter(complaints), list[float]()

    async def people() -> None:
        for complaint in waiting:
            latencies.extend(await life(complaint))

    await asyncio.gather(*(people() for _ in range(concurrency)))
    return latencies


async def three_acts(case_id: str, act: Act) -> list[float]:
    latencies = []
    for message in messages(case_id):
        begun = time.perf_counter()
        await act(message)
        latencies.append(time.perf_counter() - begun)
    return latencies
