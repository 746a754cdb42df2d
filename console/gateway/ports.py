"""What the gateway needs of the outside world; runtime/services/gateway/gateway.py plugs it in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from console.gateway.open311_search import Search
from domain.case.commands import Actor
from domain.case.state import Case
from domain.complaints import Evidence
from domain.vocabulary import Channel
from schemas.events.receipts import Receipt
from schemas.intake import RejectReason


@dataclass(frozen=True, slots=True)
class EventMessage:
    """One event as the broker will hold it: Kafka's names of headers, the sender's own bytes."""

    value: bytes = field(repr=False)
    headers: tuple[tuple[str, bytes], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """What a readable event says that a token must be entitled to, and where it belongs.

    `case_id`: the number of the case that it becomes, or that it acts on; None where that follows
    from another event. `channel` is None where the event names none, `actor` where nobody acts.
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


@dataclass(frozen=True, slots=True)
class BrokerPosition:
    """Where the broker keeps the event."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case of the journal, and the moment of its last row."""

    case: Case
    changed_at: datetime


class Invalid(Exception):
    """Intake would refuse this event. `detail` is for its sender: no personal data."""

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


EventReader = Callable[[EventMessage], CheckedEvent]
"""What intake will make of the event. Raises Invalid, and nothing else."""

BatchSplitter = Callable[[bytes], Sequence[EventMessage]]
"""The events of a batch in JSON, each in structured mode. Raises Invalid."""


class Broker(Protocol):
    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        """Return once the broker keeps the event on all replicas in sync.

        Raises Unavailable, after which it may have arrived all the same, and Invalid when the
        topic does not take records of this size.
        """
        ...


class CaseFinder(Protocol):
    async def find(self, tenant: str, case_id: str) -> CaseSnapshot | None:
        """The case as the journal has it; None where this tenant has none. Raises Unavailable."""
        ...

    async def of_source(self, tenant: str, source: str, search: Search) -> list[str]:
        """The numbers of the cases that this source reported, the latest first. As lists know
        them: a case that follows another may be closed, or open, unlike it. Raises Unavailable.
        """
        ...


class ReceiptFinder(Protocol):
    async def of_event(self, tenant: str, source: str, event_id: str) -> list[Receipt]:
        """What became of each record with this event, the latest first. Raises Unavailable."""
        ...
