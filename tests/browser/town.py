"""A town on real servers: a `sanban up` with its console, whose complaints come by Kafka."""

import itertools
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser

from tests.browser.people import Person, Visitor, visiting
from tests.smoke.commands import Told
from tests.smoke.conftest import UpProcess

_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Filed:
    """What is reported. `ago`: how long ago; `order`: the number of a superior that ordered it."""

    category: str | None
    ago: timedelta = timedelta(minutes=5)
    grid: str = "G01"
    address: str = ""
    text: str = ""
    phone: str = "13812340217"
    order: str = ""

    def event(self, name: str) -> dict[str, object]:
        """Return the event as the hotline sends it."""
        at = datetime.now(UTC) - self.ago
        superior = {"number": self.order, "issuer": "秀洲区信访局"} if self.order else None
        due = datetime.now(UTC) + timedelta(days=20)
        data = {
            "schema_version": 1,
            "tenant": "youchegang",
            "complaint_id": name,
            "channel": "superior" if superior else "hotline",
            "reported_at": at.isoformat(timespec="seconds"),
            "text": self.text or f"路边味道很大，已经三天没有人处理（{name}）",
            "category": self.category,
            "place": {"grid": self.grid, "address": self.address or f"兴业路 {name[5:]} 号"},
            "reporter": {"name": "王强", "phone": self.phone},
        }
        if superior:
            data["superior"] = superior | {"due_at": due.isoformat(timespec="seconds")}
        return {
            "specversion": "1.0",
            "type": "org.sanban.complaint.filed.v1",
            "source": "/demo/desk",
            "id": name,
            "data": data,
        }


@dataclass
class Town:
    """`numbers`: the cases that the folder begins with, by the order in which they were filed;
    `complaints`: case -> the number that its source gave the complaint.
    """

    up: UpProcess
    chromium: Browser
    url: str
    numbers: list[str] = field(default_factory=list)
    complaints: dict[str, str] = field(default_factory=dict)

    async def file(self, category: str, *, ago: timedelta = timedelta(minutes=5)) -> str:
        """File one complaint; return the number of its case."""
        [number] = await self.file_all([Filed(category, ago)])
        return number

    async def file_all(self, filed: Sequence[Filed]) -> list[str]:
        """File complaints at once; return the numbers of their cases, in the same order."""
        events = [each.event(f"desk-{next(_NUMBERS)}") for each in filed]
        told = await self.publish(events)
        found = dict(re.findall(r":(\d+): accepted case (\S+)", told.output))
        numbers = [found[str(line + 1)] for line in range(len(events))]
        self.complaints |= {case: str(e["id"]) for case, e in zip(numbers, events, strict=True)}
        return numbers

    async def act(self, number: str, person: str, *said: str) -> None:
        """Give an act at a terminal, as a person who is elsewhere."""
        told = await self.up.type("cases", "act", number, *said, "--as", person)
        assert told.code == 0, told

    async def publish(self, events: Sequence[object]) -> Told:
        """Send events, one to a line, and wait until each is decided."""
        file = self.up.directory / f"events-{next(_NUMBERS)}.jsonl"
        file.write_text("".join(f"{json.dumps(each)}\n" for each in events), encoding="utf-8")
        return await self.up.type("publish", str(file), "--wait")

    @asynccontextmanager
    async def person(
        self, id_: str, visitor: Visitor | None = None, **how: Any
    ) -> AsyncIterator[Person]:
        """Yield a person who is signed in. `how`: fields of the visitor."""
        async with visiting(self.chromium, self.url, id_, visitor or Visitor(**how)) as person:
            yield person
