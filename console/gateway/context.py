"""What every route of the gateway works with, and how a request is told from whom it comes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from console.gateway.answers import HttpRefusal, invalid, unavailable
from console.gateway.attachments import must_be_references
from console.gateway.clients import Client, Clients, client_of, must_be_its_own
from console.gateway.limits import Buckets, body_of
from console.gateway.moments import Moments
from console.gateway.ports import (
    BatchSplitter,
    Broker,
    BrokerPosition,
    CaseFinder,
    CheckedEvent,
    EventMessage,
    EventReader,
    Invalid,
    ReceiptFinder,
)
from console.metrics import EVENTS
from domain.policy.model import Policy
from domain.policy.sources import SourceRule, why_not_acting, why_not_filed, why_not_heard
from schemas.intake import RejectReason, Unavailable

ANYBODY = "-"
"""The bucket of those without a token."""
ANYBODYS_PER_MINUTE, ANYBODYS_BURST = 600, 100


@dataclass(frozen=True, slots=True)
class About:
    """What discovery says. `url` is the public address, "" where nobody said it."""

    url: str
    contact: str
    since: datetime


@dataclass(frozen=True)
class GatewayContext:
    """`policies`: by tenant. `new_id`: an id that nobody else has."""

    clients: Clients
    policies: Mapping[str, Policy]
    read: EventReader
    split: BatchSplitter
    broker: Broker
    cases: CaseFinder
    receipts: ReceiptFinder
    buckets: Buckets
    moments: Moments
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    about: About
    max_bytes: int
    seconds_for_body: float = 20

    def admit_anybody(self) -> None:
        self.buckets.take(ANYBODY, per_minute=ANYBODYS_PER_MINUTE, burst=ANYBODYS_BURST)

    def admit(self, request: Request, token: str, *, refuse: Callable[[], HttpRefusal]) -> Client:
        """Raises what `refuse` gives for a token that nobody has, 429 for one used too often."""
        client = client_of(token, self.clients())
        if client is None:
            raise refuse()
        request.state.client = client.name
        self.charge(client)
        return client

    def charge(self, client: Client, number: int = 1) -> None:
        self.buckets.take(
            client.name, per_minute=client.per_minute, burst=client.burst, number=number
        )

    async def body(self, request: Request) -> bytes:
        return await body_of(request, most=self.max_bytes, seconds=self.seconds_for_body)

    def check(self, client: Client, message: EventMessage) -> CheckedEvent:
        """Raises HttpRefusal for what intake could not read, or what this client may not say."""
        try:
            event = self.read(message)
        except Invalid as error:
            raise invalid(error.reason, error.detail) from None
        must_be_its_own(client, event)
        if event.tenant not in self.policies:
            detail = f"data.tenant: nobody here serves {event.tenant}; ask the operators"
            raise invalid(RejectReason.UNKNOWN_TENANT, detail)
        if why := _why_not_taken(event, self.policies[event.tenant].sources):
            raise HttpRefusal(403, RejectReason.SOURCE_NOT_ALLOWED, why)
        must_be_references(event.attachments)
        return event

    async def send(self, event: CheckedEvent, message: EventMessage) -> BrokerPosition:
        """Return once the broker has it. Raises HttpRefusal 503 when it does not say so."""
        try:
            place = await self.broker.send(event, message)
        except Unavailable as error:
            raise unavailable(error.part) from None
        except Invalid as error:
            raise invalid(error.reason, error.detail) from None
        EVENTS.labels(event.topic).inc()
        return place


def _why_not_taken(event: CheckedEvent, rules: Sequence[SourceRule]) -> str:
    """What intake would say, by the tenant's list of sources; empty when it takes it."""
    if event.actor is not None:
        return why_not_acting(rules, event.source, event.actor.role, event.actor.unit)
    if event.channel is not None:
        return why_not_filed(rules, event.source, event.channel)
    return why_not_heard(rules, event.source)


def bearer(request: Request) -> str:
    """The token of the header; "" where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
