"""A pause that ends early when a process is asked to stop."""

import asyncio


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Return True as soon as `stop` is set, False when the seconds have passed first."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
