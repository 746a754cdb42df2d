"""Limits: requests by client or by address, and size and duration of a request body."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request

from console.gateway.answers import RETRY_S, HttpRefusal
from schemas.intake import RejectReason

MOST_BUCKETS = 10_000
DRAINED = 64 * 1024 * 1024
"""So many bytes of a body that is too long are read and forgotten before the answer. Many clients
send all of a body before they read: if the connection were closed before that, they would see a
reset, and not why."""
SECONDS_TO_DRAIN = 5.0
SHARE_WITHOUT_KEY = 4
"""The part of the room for photos that all bodies without a known key share: one in four."""


@dataclass(slots=True)
class _Bucket:
    per_minute: int
    burst: int
    tokens: float
    at: float

    def fill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_minute / 60)
        self.at = now


class Buckets:
    """Token buckets by name, at most `most`. `clock` returns seconds and never goes back.

    They count for this process alone: behind a load balancer, each process allows the full rate.
    A bucket that is full again is forgotten when there are too many, which changes nothing. If even
    the one that was used least recently is not full, new names share one bucket.
    """

    def __init__(self, clock: Callable[[], float], most: int = MOST_BUCKETS) -> None:
        self._clock = clock
        self._most = most
        self._buckets = OrderedDict[str, _Bucket]()
        self._shared: _Bucket | None = None

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, *, per_minute: int, burst: int, number: int = 1) -> None:
        """Take `number` tokens. Raises HttpRefusal 429 with the seconds until there are enough."""
        now = self._clock()
        bucket = self._bucket(name, per_minute, burst, now)
        bucket.per_minute, bucket.burst = per_minute, burst  # the clients file may have changed
        bucket.fill(now)
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

    def give_back(self, name: str, number: int = 1) -> None:
        """Return tokens that were taken for what turned out to be another's request."""
        if bucket := self._buckets.get(name):
            bucket.tokens = min(bucket.burst, bucket.tokens + number)

    def _bucket(self, name: str, per_minute: int, burst: int, now: float) -> _Bucket:
        if name in self._buckets:
            self._buckets.move_to_end(name)
            return self._buckets[name]
        if len(self._buckets) >= self._most:
            oldest, bucket = next(iter(self._buckets.items()))
            bucket.fill(now)
            if bucket.tokens < bucket.burst:
                self._shared = self._shared or _Bucket(per_minute, burst, burst, now)
                return self._shared
            del self._buckets[oldest]
        self._buckets[name] = _Bucket(per_minute, burst, burst, now)
        return self._buckets[name]


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How many photos of a report are stored, how large each may be, and the whole request."""

    files: int = 10
    file_bytes: int = 10 * 1024 * 1024
    request_bytes: int = 20 * 1024 * 1024
    all_bytes: int = 160 * 1024 * 1024


class _Room:
    """Bytes that may be held at a time, by all and by each who has a name here."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._held = Counter[str]()

    def hold(self, name: str, number: int) -> None:
        """Raises HttpRefusal 503 if there is no room."""
        of_one = self._held[name] + number
        if of_one > self._most_of_one or self._held.total() + number > self._most:
            raise HttpRefusal(
                503,
                "unavailable",
                "too many photos arrive at the same time; send the same report again",
                retry_after=RETRY_S,
            )
        self._held[name] = of_one

    def leave(self, name: str, number: int) -> None:
        self._held[name] -= number
        if not self._held[name]:
            del self._held[name]


class Uploads:
    """The bytes of forms that this process holds while it reads and stores them.

    Clients whose key is known before the body have a room, of which each may have half. All other
    senders have a smaller one, of which each address may have half: they cannot fill the first.
    """

    def __init__(self, limits: UploadLimits) -> None:
        self.limits = limits
        whole, one = limits.all_bytes, limits.request_bytes
        self._of_clients = _Room(whole, max(whole // 2, min(whole, one)))
        small = max(whole // SHARE_WITHOUT_KEY, min(whole, one))
        self._of_addresses = _Room(small, max(small // 2, min(whole, one)))

    @contextmanager
    def holding(self, name: str, *, has_key: bool) -> Iterator[Callable[[int], None]]:
        """Yield a function that counts bytes until the end; it raises HttpRefusal 503.

        `name`: of the client if its key is known, else of the address.
        """
        room = self._of_clients if has_key else self._of_addresses
        mine = 0

        def hold(number: int) -> None:
            nonlocal mine
            room.hold(name, number)
            mine += number

        try:
            yield hold
        finally:
            room.leave(name, mine)


async def body_of(request: Request, *, most: int, seconds: float) -> bytes:
    """Return the whole body, without ever holding more than `most` bytes. Raises as `pour`."""
    found = bytearray()
    await pour(request, found.extend, most=most, seconds=seconds)
    return bytes(found)


async def pour(
    request: Request, sink: Callable[[bytes], object], *, most: int, seconds: float
) -> None:
    """Give the body to `sink` piece by piece, and never more than `most` bytes.

    Raises HttpRefusal: 413 for one that is too long, of which at most DRAINED bytes more are read;
    408 after `seconds`; 415 for a compressed one. Raises starlette's ClientDisconnect.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        detail = "header content-encoding: bodies are read as they are; send it uncompressed"
        raise HttpRefusal(415, RejectReason.UNSUPPORTED_CONTENT_TYPE, detail)
    declared, refusal = request.headers.get("content-length", ""), None
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
        refusal = _too_large(most)
        if "expect" in request.headers:  # the client waits for leave to send, and gets none
            raise refusal
    size = 0
    try:
        async with asyncio.timeout(seconds if refusal is None else SECONDS_TO_DRAIN) as limit:
            async for chunk in request.stream():
                size += len(chunk)
                if refusal is None:
                    refusal = _why_not_poured(sink, chunk, size, most)
                    if refusal is not None:
                        limit.reschedule(asyncio.get_running_loop().time() + SECONDS_TO_DRAIN)
                elif size > most + DRAINED:
                    break
    except TimeoutError:
        refusal = refusal or HttpRefusal(
            408, "too_slow", f"the body did not arrive within {seconds:g} s; send it again"
        )
    if refusal is not None:
        raise refusal


def _why_not_poured(
    sink: Callable[[bytes], object], chunk: bytes, size: int, most: int
) -> HttpRefusal | None:
    """Give the piece to `sink`; return a refusal for what is too long."""
    if size > most:
        return _too_large(most)
    try:
        sink(chunk)
    except HttpRefusal as refusal:
        if refusal.status != 413:  # noqa: PLR2004
            raise
        return refusal
    return None


def _too_large(most: int) -> HttpRefusal:
    return HttpRefusal(
        413, "too_large", f"more than {most} bytes; send smaller files, or name them by address"
    )
