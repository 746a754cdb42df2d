"""The task of an outside party, as the holder of its one-time link sees it: that, and no more."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request

from console.gateway.addresses import TrustedProxies
from console.gateway.limits import Buckets
from console.task_links import TRIES_PER_MINUTE, FoundLink, link_of
from domain.case.commands import Actor
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.joint_work.acts import GiveTask
from domain.case.outside_links import named_by
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.sla.clocks import Due, due

History = Callable[[str], Awaitable[Sequence[Event]]]
"""Returns the rows of a case, unsealed; () if there is none."""


@dataclass(frozen=True)
class OutsideTasks:
    """`history` reads any case: only a right token leads from here to what it says."""

    history: History
    tries: Buckets
    proxies: TrustedProxies = field(default_factory=TrustedProxies)

    def charge(self, request: Request) -> None:
        """Charge a try to its address. Raises HttpRefusal 429."""
        self.tries.take(self._name(request), per_minute=TRIES_PER_MINUTE, burst=TRIES_PER_MINUTE)

    def forgive(self, request: Request) -> None:
        """Give a try back: its token was right."""
        self.tries.give_back(self._name(request))

    def _name(self, request: Request) -> str:
        return f"link {self.proxies.origin_of(request)}"

    async def find(self, token: str) -> "OutsideTask | None":
        """Return the task that a token names, whether the token is right or not."""
        named = named_by(token)
        if named is None:
            return None
        events = await self.history(named[0])
        found = link_of(fold(events), named[1]) if events else None
        return OutsideTask(found, events) if found else None


@dataclass(frozen=True, slots=True)
class OutsideTask:
    found: FoundLink
    events: Sequence[Event]

    @property
    def text(self) -> str:
        """Return what the task asks."""
        opened = self._opened
        terms = opened.fact.terms if isinstance(opened.fact, PartOpened) else None
        return terms.what if isinstance(terms, GiveTask) else ""

    @property
    def giver(self) -> Actor:
        return self._opened.actor

    @property
    def _opened(self) -> Event:
        return next(
            event
            for event in self.events
            if isinstance(event.fact, PartOpened) and event.fact.part == self.found.part.id
        )

    @property
    def deadline(self) -> Due | None:
        case, name = self.found.case, self.found.part.id
        clock = next((each for each in case.clocks if each.id == name and each.is_running), None)
        return due(clock, case.plan.calendar) if clock else None

    @property
    def reported_at(self) -> datetime | None:
        """Return when the last report came; None if none did."""
        return next((event.at for event in reversed(self._reports)), None)

    def is_reported_by(self, command_id: str) -> bool:
        """Return whether this command brought a report of the task."""
        return any(event.command_id == command_id for event in self._reports)

    @property
    def _reports(self) -> list[Event]:
        name = self.found.part.id
        return [
            event
            for event in self.events
            if isinstance(event.fact, PartMoved)
            and (event.fact.part, event.fact.to) == (name, PartState.REPORTED)
        ]
