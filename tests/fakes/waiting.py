"""Wait for what happens without the test."""

import asyncio
from collections.abc import Callable

from tests.limits import EVENT_S


async def until(is_true: Callable[[], object]) -> None:
    """Return as soon as `is_true()` holds. Raises TimeoutError when it never does."""
    async with asyncio.timeout(EVENT_S):
        while not is_true():  # noqa: ASYNC110  # what is waited for knows nothing of its test
            await asyncio.sleep(0.002)
