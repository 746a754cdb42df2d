"""The ports of the gateway in memory."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.gateway.moments import FirstReport
from console.gateway.open311_search import Search
from console.gateway.ports import BrokerPosition, CaseSnapshot, CheckedEvent, EventMessage
from schemas.events.receipts import Receipt
from schemas.intake import Unavailable


@dataclass
class FakeBroker:
    """Keeps the records that it gets; `away` names the error that it raises instead."""

    kept: list[tuple[CheckedEvent, EventMessage]] = field(default_factory=list)
    away: Exception | None = None

    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        await asyncio.sleep(0)
        if self.away is not None:
            raise self.away
        self.kept.append((to, message))
        return BrokerPosition(to.topic, 0, len(self.kept) - 1)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return those that were sent in structured mode."""
        return [json.loads(message.value) for _, message in self.kept]


@dataclass
class FakeCases:
    found: dict[tuple[str, str], CaseSnapshot] = field(default_factory=dict)
    searches: list[Search] = field(default_factory=list)
    away: bool = False

    async def find(self, tenant: str, case_id: str) -> CaseSnapshot | None:
        if self.away:
            raise Unavailable("postgresql", "no connection")
        return self.found.get((tenant, case_id))

    async def of_source(self, tenant: str, source: str, search: Search) -> list[str]:
        if self.away:
            raise Unavailable("postgresql", "no connection")
        self.searches.append(search)
        return [
            case_id
            for (of, case_id), each in self.found.items()
            if (of, each.case.plan.complaint.source) == (tenant, source)
        ]


@dataclass
class FakeReceipts:
    found: dict[tuple[str, str, str], list[Receipt]] = field(default_factory=dict)
    away: bool = False

    async def of_event(self, tenant: str, source: str, event_id: str) -> list[Receipt]:
        if self.away:
            raise Unavailable("postgresql", "no connection")
        return self.found.get((tenant, source, event_id), [])


@dataclass
class FakeFirstReports:
    """The table that gateways share."""

    known: dict[str, FirstReport] = field(default_factory=dict)
    away: bool = False

    async def first(self, key: str, report: FirstReport, since: datetime | None) -> FirstReport:
        if self.away:
            raise Unavailable("postgresql", "no connection")
        first = self.known.get(key)
        if first is None or (since is not None and first.at < since):
            self.known[key] = first = report
        return first


@dataclass
class FakeMedia:
    """Photos in memory, by case and name."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    away: bool = False

    def uri_of(self, case_id: str, name: str) -> str:
        return f"https://media.example/{case_id}/{name}"

    async def keep(self, case_id: str, photos: Mapping[str, bytes]) -> None:
        if self.away:
            raise Unavailable("media", "no space left")
        self.kept |= {(case_id, name): content for name, content in photos.items()}

    async def read(self, case_id: str, name: str) -> bytes | None:
        return self.kept.get((case_id, name))

    async def names(self, case_id: str) -> frozenset[str]:
        return frozenset(name for case, name in self.kept if case == case_id)
