"""Waiting for what comes about by itself."""

import asyncio
from collections.abc import Callable


async def until(is_true: Callable[[], object], *, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not is_true():  # noqa: ASYNC110  # what is waited for knows nothing of its test
            await asyncio.sleep(0.002)
