"""A console in memory, on a port: the shipped town under its real rules, at an hour that we set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Browser

from runtime.embedded.ports import LOOPBACK
from runtime.wiring.http_server import serving
from tests.browser.people import Person, Visitor, visiting
from tests.fakes.desk import Desk


@dataclass
class MemoryTown:
    """People visit it in a browser; nothing but the browser is outside this process."""

    chromium: Browser
    desk: Desk
    url: str

    @asynccontextmanager
    async def person(self, id_: str, visitor: Visitor) -> AsyncIterator[Person]:
        async with visiting(self.chromium, self.url, id_, visitor) as person:
            yield person

    @property
    def hour(self) -> datetime:
        """Now, as the clocks of the town show it."""
        return self.desk.now.astimezone(ZoneInfo(self.desk.policy.calendar.zone))

    def later(self, **amount: float) -> None:
        """Let time pass; the engine does what falls due."""
        self.desk.now += timedelta(**amount)
        for number in self.desk.lives:
            self.desk.ring(number)


@asynccontextmanager
async def memory_town(chromium: Browser, desk: Desk | None = None) -> AsyncIterator[MemoryTown]:
    desk = desk or Desk()
    desk.hosts = frozenset({LOOPBACK})
    async with serving(desk.app(), LOOPBACK, 0) as url:
        yield MemoryTown(chromium, desk, url)
