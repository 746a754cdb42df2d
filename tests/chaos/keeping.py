"""Keep every process up, except while the plan has killed it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from runtime.embedded.child_server import ChildServer, ServerNotReady
from tests.chaos.plan import Kill
from tests.integration.promises.services import Service

_GLANCE_S = 0.1
_AGAIN_S = 1.0

Say = Callable[[str], None]


@dataclass
class Kept:
    """One process; like a supervisor, it starts again what ended by itself."""

    name: str
    server: ChildServer
    say: Say
    ended: list[str] = field(default_factory=list)
    """What it said last, each time that it ended although nobody had killed it."""
    _tending: asyncio.Task[None] | None = None

    @property
    def is_ours(self) -> bool:
        return isinstance(self.server, Service)

    async def is_up(self) -> bool:
        await asyncio.sleep(_GLANCE_S)
        return self.server.running and await self.server.ready()

    def keep(self) -> None:
        self._tending = asyncio.create_task(self._tend())

    async def let_go(self) -> None:
        """Stop tending it: from now on it may end."""
        if self._tending is not None:
            self._tending.cancel()
            with suppress(asyncio.CancelledError):
                await self._tending
            self._tending = None

    async def kill(self, down: float) -> None:
        """Kill it now, even while it starts, and start it again after `down` seconds."""
        await self.let_go()
        self.server.kill()
        await asyncio.sleep(down)
        self.keep()

    async def _tend(self) -> None:
        while True:
            try:
                await self._begin()
                while self.server.running:  # noqa: ASYNC110 - nobody tells us of its end
                    await asyncio.sleep(_GLANCE_S)
                self.ended.append(self.server.log_tail())
            except ServerNotReady as error:  # a Temporal whose database is away, for instance
                self.ended.append(str(error))
            self.say(f"{self.name} has ended by itself")
            await asyncio.sleep(_AGAIN_S)

    async def _begin(self) -> None:
        if isinstance(self.server, Service):
            if not self.server.running:
                await self.server.launch()  # when it is ready is its own affair
        else:
            await self.server.start()


class Keeper:
    """All processes. `timeline`: kills and processes that ended by themselves, each with its
    second.
    """

    def __init__(self, servers: Mapping[str, ChildServer], say: Say) -> None:
        self.timeline: list[str] = []
        self.kills: Counter[str] = Counter()
        self._begun = time.monotonic()
        self._say = say
        self._kept = {name: Kept(name, server, self._note) for name, server in servers.items()}

    def keep(self) -> None:
        for kept in self._kept.values():
            kept.keep()

    async def carry_out(self, plan: Sequence[Kill]) -> None:
        """Kill what the plan says; return when the last killed process is being started again."""
        self._begun = time.monotonic()
        away: dict[str, asyncio.Task[None]] = {}
        for kill in plan:
            await asyncio.sleep(self._begun + kill.at - time.monotonic())
            if kill.victim in away and not away[kill.victim].done():
                self._note(f"{kill.victim} is still away")
                continue
            self._note(f"kill -9 {kill.victim}, away for {kill.down:.1f} s")
            self.kills[kill.victim] += 1
            away[kill.victim] = asyncio.create_task(self._kept[kill.victim].kill(kill.down))
        await asyncio.gather(*away.values())

    async def until_all_are_up(self, within: float) -> list[str]:
        """Return a line for each process that is not up in time, with the end of its log."""
        deadline = time.monotonic() + within
        missing = [*self._kept.values()]
        while missing and time.monotonic() < deadline:
            missing = [kept for kept in missing if not await kept.is_up()]
        return [f"{kept.name} is not up again: {kept.server.log_tail()}" for kept in missing]

    async def let_go(self) -> None:
        """Stop tending all of them: from now on others may end them."""
        await asyncio.gather(*(kept.let_go() for kept in self._kept.values()))

    def faults(self) -> list[str]:
        """Return each of our processes that ended by itself: it should wait for what is away."""
        return [
            f"{kept.name} ended by itself: {words}"
            for kept in self._kept.values()
            if kept.is_ours
            for words in kept.ended
        ]

    def _note(self, what: str) -> None:
        line = f"{time.monotonic() - self._begun:6.1f} s  {what}"
        self.timeline.append(line)
        self._say(line)
