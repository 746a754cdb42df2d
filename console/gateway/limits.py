"""Limits: requests per client, and size and duration of a request body."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from console.gateway.answers import HttpRefusal


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """Token buckets by name. `clock` returns seconds and never goes back.

    They count for this process alone: behind a load balancer, each process allows the full rate.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str, *, per_minute: int, burst: int, number: int = 1) -> None:
        """Take `number` tokens. Raises HttpRefusal 429 with the seconds until there are enough."""
        now = self._clock()
        bucket = self._buckets.setdefault(name, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * per_minute / 60)
        bucket.at = now
        missing = number - bucket.tokens
        if missing > 0:
            seconds = int(missing * 60 / per_minute) + 1
            raise HttpRefusal(
                429,
                "too_many_requests",
                f"at most {per_minute} a minute, and {burst} at once; wait {seconds} s",
                retry_after=seconds,
            )
        bucket.tokens -= number


async def body_of(request: Request, *, most: int, seconds: float) -> bytes:
    """Return the whole body, without ever holding more than `most` bytes.

    Raises HttpRefusal 413 as soon as the body is known to be too long, 408 after `seconds`, and
    starlette's ClientDisconnect.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
        raise _too_large(most)
    found = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                if len(found) + len(chunk) > most:
                    raise _too_large(most)
                found += chunk
    except TimeoutError:
        raise HttpRefusal(
            408, "too_slow", f"the body did not arrive within {seconds:g} s; send it again"
        ) from None
    return bytes(found)


def _too_large(most: int) -> HttpRefusal:
    return HttpRefusal(
        413, "too_large", f"more than {most} bytes; send files as attachments by reference"
    )
