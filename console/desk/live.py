"""Hints that a case has changed, for the people who may read it: one feed, many open pages.

A hint says a number and a row, and nothing else. A page asks again for what it shows, so a lost
hint costs nothing: after a pause the stream says `resync`, and the page asks.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from domain.case.access import Reach
from store.errors import StoreUnavailable

log = structlog.stdlib.get_logger()

EACH_S = 1.0
"""How often the feed is read; one process reads it once for all its streams."""
QUIET_S = 15.0
"""How long a stream is silent at most: a proxy closes what says nothing for longer, and a page
takes one that is silent for three times as long for broken (static/app.js).
"""
LONGEST_S = 300.0
"""After this a stream ends and the page begins another, which looks again at who the person is."""
Lasts = Callable[[], Awaitable[bool]]
"""Returns whether the session of a stream lasts; asked each QUIET_S, before something is said."""
STREAMS = 4
"""Of one session. The next one ends the oldest, whose page rests until it is used. A browser has
six connections for a host: two are left on which pages load, however many pages are in sight.
"""
_WAITING = 200


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case with a new row. `units` may read it."""

    number: str
    seq: int
    tenant: str
    units: tuple[str, ...]

    def is_for(self, reach: Reach) -> bool:
        """Return whether the person may read the case, by the rule of row-level security."""
        if self.tenant != reach.tenant:
            return False
        return reach.whole_tenant or not {*self.units}.isdisjoint(reach.units)


class Changes(Protocol):
    """Raises StoreUnavailable."""

    async def next(self) -> Sequence[CaseChange]:
        """Return what has changed since the last call; the first call finds where to begin."""


@dataclass(eq=False)
class _Stream:
    reach: Reach
    session: str
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(_WAITING))

    def put(self, text: str | None) -> None:
        """Add an event. A page that reads nothing any more is told to ask for everything."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(event("resync"))
        if text is None or not self.queue.full():
            self.queue.put_nowait(text)


@dataclass(eq=False)
class LiveHub:
    """The open streams of one process. `build` names the release, so that old pages say so."""

    changes: Changes
    build: str
    _streams: list[_Stream] = field(default_factory=list)
    _ended: bool = False

    @property
    def streams(self) -> int:
        return len(self._streams)

    async def run(self, stop: asyncio.Event) -> None:
        """Pass on what changes until asked to stop; then end all streams."""
        away = False
        while not stop.is_set():
            try:
                found = await self.changes.next() if self._streams else ()
            except StoreUnavailable as error:
                if not away:
                    log.warning("console.live_away", detail=str(error))
                    self._tell(event("stale"))
                away = True
            else:
                if away:
                    log.info("console.live_again")
                    self._tell(event("resync"))
                away = False
                self._pass_on(found)
            try:
                await asyncio.wait_for(stop.wait(), EACH_S)
            except TimeoutError:
                continue
        self._ended = True
        self._tell(None)

    def _tell(self, text: str | None) -> None:
        for stream in [*self._streams]:
            stream.put(text)

    def _pass_on(self, found: Iterable[CaseChange]) -> None:
        for change in found:
            said = event("case", {"number": change.number, "seq": change.seq})
            for stream in self._streams:
                if change.is_for(stream.reach):
                    stream.put(said)

    async def stream(
        self, reach: Reach, session: str, *, again: bool, lasts: Lasts
    ) -> AsyncIterator[str]:
        """Yield the events of one page until it leaves, its session or the process ends.

        `again`: the page had a stream before, so it may have missed something.
        """
        own = _Stream(reach, session)
        earlier = [each for each in self._streams if each.session == session]
        for oldest in earlier[: max(0, len(earlier) + 1 - STREAMS)]:
            oldest.put(event("rest"))
            oldest.put(None)
        self._streams.append(own)
        clock = asyncio.get_running_loop()
        ends, looks = clock.time() + LONGEST_S, clock.time() + QUIET_S
        try:
            yield "retry: 3000\n\n" + event("hello", {"build": self.build})
            if again:
                yield event("resync")
            while not self._ended and clock.time() < ends:
                try:
                    text = await asyncio.wait_for(own.queue.get(), QUIET_S)
                except TimeoutError:
                    text = event("here")  # a comment would not reach the page, which counts on it
                if text is None:
                    return
                if clock.time() >= looks:
                    looks = clock.time() + QUIET_S
                    if not await lasts():
                        return
                yield text
        finally:
            self._streams.remove(own)


def event(name: str, said: object = None) -> str:
    """Return one server-sent event."""
    return f"event: {name}\ndata: {json.dumps(said or {})}\n\n"
