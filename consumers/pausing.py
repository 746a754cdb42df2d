"""Waiting a while, unless asked to stop meanwhile."""

import asyncio


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """True as soon as `stop` is set; False when the seconds have passed without that."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
