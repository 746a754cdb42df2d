"""Limits: requests per client, and size and duration of a request body."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request

from console.gateway.answers import RETRY_S, HttpRefusal
from schemas.intake import RejectReason


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


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How many photos of a report are stored, how large each may be, and the whole request."""

    files: int = 10
    file_bytes: int = 10 * 1024 * 1024
    request_bytes: int = 20 * 1024 * 1024
    all_bytes: int = 160 * 1024 * 1024


class Uploads:
    """The bytes of forms that this process holds while it reads and stores them."""

    def __init__(self, limits: UploadLimits) -> None:
        self.limits = limits
        self._held = 0

    @contextmanager
    def holding(self) -> Iterator[Callable[[int], None]]:
        """Yield a function that counts bytes until the end; it raises HttpRefusal 503."""
        mine = 0

        def hold(number: int) -> None:
            nonlocal mine
            if self._held + number > self.limits.all_bytes:
                raise HttpRefusal(
                    503,
                    "unavailable",
                    "too many photos arrive at the same time; send the same report again",
                    retry_after=RETRY_S,
                )
            self._held += number
            mine += number

        try:
            yield hold
        finally:
            self._held -= mine


async def body_of(request: Request, *, most: int, seconds: float) -> bytes:
    """Return the whole body, without ever holding more than `most` bytes. Raises as `pour`."""
    found = bytearray()
    await pour(request, found.extend, most=most, seconds=seconds)
    return bytes(found)


async def pour(
    request: Request, sink: Callable[[bytes], object], *, most: int, seconds: float
) -> None:
    """Give the body to `sink` piece by piece, and never more than `most` bytes.

    Raises HttpRefusal 413 as soon as the body is known to be too long, 408 after `seconds`, 415 for
    a compressed one, and starlette's ClientDisconnect.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        detail = "header content-encoding: bodies are read as they are; send it uncompressed"
        raise HttpRefusal(415, RejectReason.UNSUPPORTED_CONTENT_TYPE, detail)
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
        raise _too_large(most)
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise _too_large(most)
                sink(chunk)
    except TimeoutError:
        raise HttpRefusal(
            408, "too_slow", f"the body did not arrive within {seconds:g} s; send it again"
        ) from None


def _too_large(most: int) -> HttpRefusal:
    return HttpRefusal(
        413, "too_large", f"more than {most} bytes; send smaller files, or name them by address"
    )
