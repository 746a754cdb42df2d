"""Protocols that the gateway needs; runtime/services/gateway implements them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from console.gateway.moments import FirstReport
from console.gateway.open311_search import Search
from domain.case.commands import Actor
from domain.case.public_view import PublicView
from domain.case.state import Case
from domain.complaints import Evidence
from domain.policy.shapes import Datum
from domain.vocabulary import Channel
from schemas.events.receipts import Receipt
from schemas.intake import RejectReason


@dataclass(frozen=True, slots=True)
class EventMessage:
    """One event as the broker will store it: the sender's bytes, headers named as in Kafka."""

    value: bytes = field(repr=False)
    headers: tuple[tuple[str, bytes], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """The claims of a readable event that its token must allow, and its topic and key.

    `case_id`: the case that it opens or acts on; None if that follows from another event.
    `channel` and `datum` are None if the event names none, `actor` if the event is no act.
    """

    topic: str
    key: bytes = field(repr=False)
    tenant: str
    source: str
    event_id: str
    case_id: str | None
    channel: Channel | None = None
    actor: Actor | None = None
    attachments: tuple[Evidence, ...] = ()
    datum: Datum | None = None


@dataclass(frozen=True, slots=True)
class BrokerPosition:
    """Where the broker stored the event."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case folded from its journal, and the time of its last row."""

    case: Case
    changed_at: datetime


class Invalid(Exception):
    """Intake would not take this event, or did not.

    `detail` is for its sender and has no personal data.
    """

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


EventReader = Callable[[EventMessage], CheckedEvent]
"""Reads an event as intake will. Raises Invalid, and nothing else."""

JsonReader = Callable[[bytes], object]
"""Reads a body of JSON as intake reads a record. Raises Invalid, and nothing else."""

BatchSplitter = Callable[[bytes], Sequence[EventMessage]]
"""Splits a JSON batch into events in structured mode. Raises Invalid."""


class Broker(Protocol):
    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        """Return once all in-sync replicas of the broker have the event.

        Raises Unavailable, after which the event may have arrived all the same, and Invalid if the
        topic does not take records of this size, or intake is known not to have taken the event.
        """
        ...


class CaseFinder(Protocol):
    async def find(self, tenant: str, case_id: str) -> CaseSnapshot | None:
        """Return the tenant's case as of its journal, or None. Raises Unavailable."""
        ...

    async def of_source(self, tenant: str, source: str, search: Search) -> list[str]:
        """Return the numbers of the cases that this source reported, latest first.

        They match by the read model, where a merged case may be open or closed unlike the case it
        follows. Raises Unavailable.
        """
        ...


class ReceiptFinder(Protocol):
    async def of_event(self, tenant: str, source: str, event_id: str) -> list[Receipt]:
        """Return the receipt of each record of this event, latest first. Raises Unavailable."""
        ...


class Followed(Protocol):
    """Cases by the code that their citizen has. Every method raises Unavailable."""

    async def code_of(self, tenant: str, case_id: str) -> str | None:
        """Return the code of a case; None before intake has it, and after its erasure."""
        ...

    async def find(self, tenants: Sequence[str], code: str) -> PublicView | None:
        """Return the case of a code in one of these tenants as its citizen may see it.

        None for a code that is wrong and for one of no case, after the same work.
        """
        ...


class MediaStore(Protocol):
    """Keeps the photos that come with reports, by case and digest."""

    def uri_of(self, case_id: str, name: str) -> str:
        """Return the address that evidence has of a photo."""
        ...

    async def keep(self, case_id: str, photos: Mapping[str, bytes]) -> None:
        """Return once the photos, by their names, are durable. Keeping one again changes nothing.

        Raises Unavailable.
        """
        ...


class FirstReports(Protocol):
    """What all gateways know of the reports that came lately."""

    async def first(self, key: str, report: FirstReport, since: datetime | None) -> FirstReport:
        """Return the report that came first under this key, this one if none did after `since`.

        Raises Unavailable.
        """
        ...
